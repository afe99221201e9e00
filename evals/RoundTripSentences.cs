namespace Conversation.Evals;

/// <summary>What a front desk, an assistant or a help line says: forty sentences as written, and by hand as a person would read them aloud.</summary>
internal static class RoundTripSentences
{
    internal static readonly (string Written, string Spoken)[] All =
    [
        ("Good morning, this is the Lakeside Clinic, how can I help you?", "good morning this is the lakeside clinic how can I help you"),
        ("Your appointment with Dr. Smith is on Tuesday, March 3rd, at 9:30 a.m.", "your appointment with doctor smith is on tuesday march third at nine thirty a m"),
        ("The total comes to $1,250.50, and it is due on 11/20/2026.", "the total comes to one thousand two hundred fifty dollars and fifty cents and it is due on november twentieth twenty twenty six"),
        ("Please call us back at (555) 123-4567 before 5 p.m.", "please call us back at five five five one two three four five six seven before five p m"),
        ("We are open Monday to Friday, from 8:00 to 17:30.", "we are open monday to friday from eight o'clock to seventeen thirty"),
        ("Michael Johnson will see you in room 204 in about 10 minutes.", "michael johnson will see you in room two oh four in about ten minutes"),
        ("The temperature today is 21°C, with a 40% chance of rain.", "the temperature today is twenty one degrees celsius with a forty percent chance of rain"),
        ("She moved to Boston in 1998 and came back in 2005.", "she moved to boston in nineteen ninety eight and came back in two thousand five"),
        ("Take 2 tablets of 500 mg, 3 times a day, after meals.", "take two tablets of five hundred milligrams three times a day after meals"),
        ("I'm sorry, I didn't catch that. Could you say it again, please?", "I'm sorry I didn't catch that could you say it again please"),
        ("Your order number is 4821, and it ships on December 1st.", "your order number is four eight two one and it ships on december first"),
        ("It's about 5 km from the station, roughly a 12-minute drive.", "it's about five kilometers from the station roughly a twelve minute drive"),
        ("Elizabeth Carter and David Nguyen are both on vacation until next Thursday.", "elizabeth carter and david nguyen are both on vacation until next thursday"),
        ("The flight leaves at 14:05 and lands at 6:45 in the evening.", "the flight leaves at fourteen oh five and lands at six forty five in the evening"),
        ("You can read more about it at www.example.com.", "you can read more about it at example dot com"),
        ("Mr. and Mrs. Robinson live at 12 Main St., next to the library.", "mister and missus robinson live at twelve main street next to the library"),
        ("There were 3,450 people at the concert, i.e. more than ever before.", "there were three thousand four hundred fifty people at the concert that is more than ever before"),
        ("Let me check that for you. One moment, please.", "let me check that for you one moment please"),
        ("The rent went up by 3.5% to £900 a month.", "the rent went up by three point five percent to nine hundred pounds a month"),
        ("Would you like the morning or the afternoon of the 21st?", "would you like the morning or the afternoon of the twenty first"),
        ("NASA launched the rocket from Florida on July 16, 1969.", "nasa launched the rocket from florida on july sixteenth nineteen sixty nine"),
        ("The recipe needs 1/2 cup of sugar and 2 eggs.", "the recipe needs one half cup of sugar and two eggs"),
        ("I have cancelled your visit, and nothing will be charged.", "I have cancelled your visit and nothing will be charged"),
        ("The museum has over 20,000 paintings & sculptures.", "the museum has over twenty thousand paintings and sculptures"),
        ("Katherine O'Brien was born on 5 May 1987 in Dublin.", "katherine o'brien was born on the fifth of may nineteen eighty seven in dublin"),
        ("We sell apples, oranges, bananas, etc. on the second floor.", "we sell apples oranges bananas et cetera on the second floor"),
        ("The doctor recommends walking at least 30 minutes every day.", "the doctor recommends walking at least thirty minutes every day"),
        ("Your balance is -$42.17, so please make a payment by Friday.", "your balance is minus forty two dollars and seventeen cents so please make a payment by friday"),
        ("Dial 911 if this is an emergency.", "dial nine one one if this is an emergency"),
        ("The meeting with Sarah Thompson has been moved to Wednesday at noon.", "the meeting with sarah thompson has been moved to wednesday at noon"),
        ("The file is 10 MB, which takes around 15 seconds to download.", "the file is ten megabytes which takes around fifteen seconds to download"),
        ("Although it was raining heavily, the children kept playing in the garden.", "although it was raining heavily the children kept playing in the garden"),
        ("World War II ended in 1945.", "world war two ended in nineteen forty five"),
        ("He finished 2nd in the race, only 0.8 seconds behind the winner.", "he finished second in the race only zero point eight seconds behind the winner"),
        ("Thank you for calling, have a wonderful day!", "thank you for calling have a wonderful day"),
        ("The hotel is $129 per night, breakfast included.", "the hotel is one hundred twenty nine dollars per night breakfast included"),
        ("Do you want me to book the appointment for William Anderson?", "do you want me to book the appointment for william anderson"),
        ("The speed limit here is 65 mph, not 80.", "the speed limit here is sixty five miles per hour not eighty"),
        ("Chapters 3-5 explain how the engine works and why it sometimes fails.", "chapters three to five explain how the engine works and why it sometimes fails"),
        ("If you have a fever, a cough, or a headache, please stay at home and rest.", "if you have a fever a cough or a headache please stay at home and rest"),
    ];
}

export const greeting = "Good morning, this is Harbour Street Clinic. How can I help you?";

/** What the mock makes of each turn, whatever was said. */
export const turns = [
  ["I'd like to book an appointment for next Tuesday, please.", "Of course. For next Tuesday I have half past nine, a quarter past eleven, or three in the afternoon. Which of these would suit you?"],
  ["Actually, could you do Wednesday instead?", "Wednesday the twenty-fifth, no problem. There is a place at ten, with Doctor Okafor. Shall I take that one for you?"],
  ["Yes, ten is perfect.", "Then it is booked: Wednesday the twenty-fifth of November at ten, with Doctor Okafor. You will get a reminder the evening before. Is there anything else I can do?"],
  ["What are your opening hours on Saturday?", "On Saturdays we are open from nine until one. The pharmacy next door stays open until four."],
];

export const catalog = {
  tiers: [
    { id: "fast", name: "Fast", voices: [{ id: "vits-3", name: "Ada", language: "en-US" }, { id: "vits-92", name: "Bram", language: "en-US" }] },
    { id: "expressive", name: "Expressive", voices: [{ id: "af_heart", name: "Heart", language: "en-US" }, { id: "bf_emma", name: "Emma", language: "en-GB" }, { id: "am_michael", name: "Michael", language: "en-US" }] },
  ],
  responders: ["clinic", "echo"],
  device: "CPU, 2 threads (mock)",
};

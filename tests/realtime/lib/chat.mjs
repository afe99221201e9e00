import { createServer } from "node:http";

/** A chat model by script, at OpenAI's chat completions: `answer(messages, tools)` gives `{ text }` or `{ call: { name, arguments } }`. */
export async function startChat(answer) {
  const seen = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) {
      body += piece;
    }
    const { messages, tools = [], tool_choice: choice } = JSON.parse(body);
    seen.push({ messages, tools, choice });
    const { text, call } = answer(messages, tools);
    const send = (delta, finish = null) => response.write(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (call) {
      send({ role: "assistant", tool_calls: [{ index: 0, id: "model_call_1", type: "function", function: { name: call.name, arguments: JSON.stringify(call.arguments) } }] });
      send({}, "tool_calls");
    } else {
      send({ role: "assistant", content: text });
      send({}, "stop");
    }
    response.end("data: [DONE]\n\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, seen, close: () => server.close() };
}

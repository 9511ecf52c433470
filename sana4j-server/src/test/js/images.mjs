// Runs the official client against a server; prints its results as JSON.
import OpenAI, { toFile } from 'openai';

const [baseURL, apiKey, image] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const png = () => toFile(Buffer.from(image, 'base64'), 'image.png', { type: 'image/png' });
const seen = {};

const models = await client.models.list();
seen.models = models.data.map((model) => model.id);

const images = await client.images.generate({ model: 'fake', prompt: 'a cat', n: 2, size: '48x32' });
seen.generated = images.data.map((image) => Buffer.from(image.b64_json, 'base64').subarray(1, 4).toString());
seen.size = images.size;
seen.outputTokens = images.usage.output_tokens;

seen.events = [];
const stream = await client.images.generate({ model: 'fake', prompt: 'a cat', stream: true, partial_images: 2 });
for await (const event of stream) {
  seen.events.push(event.type);
}

const edited = await client.images.edit({ model: 'fake', prompt: 'a dog', image: await png(), mask: await png() });
seen.edited = edited.data.length;

const several = await client.images.edit({ model: 'fake', prompt: 'a dog', image: [await png()] });
seen.editedFromList = several.data.length;

try {
  await client.images.generate({ model: 'fake', prompt: 'a cat', n: 99 });
} catch (error) {
  seen.refusal = { name: error.constructor.name, status: error.status, param: error.param, type: error.type };
}
try {
  await new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list();
} catch (error) {
  seen.wrongKey = error.constructor.name;
}
console.log(JSON.stringify(seen));

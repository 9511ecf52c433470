/** Reads the settings that image programs write into PNG files. */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const LONGEST = 1 << 20;
const MOST_CHUNKS = 1000;

/** Promises the settings of a PNG, in the form of settings.js, or null if it has none. */
export async function settingsIn(blob) {
  try {
    const texts = await textsOf(new Uint8Array(await blob.arrayBuffer()));
    return own(texts.sana4j) ?? fromParameters(texts.parameters);
  } catch {
    return null; // damaged, or written by another program
  }
}

async function textsOf(bytes) {
  const texts = {};
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    return texts;
  }
  const view = new DataView(bytes.buffer);
  for (let at = 8, chunks = 0; at + 12 <= bytes.length && chunks < MOST_CHUNKS; chunks++) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length <= LONGEST && at + 12 + length <= bytes.length && ['tEXt', 'iTXt', 'zTXt'].includes(type)) {
      const [name, text] = await textOf(type, bytes.subarray(at + 8, at + 8 + length));
      texts[name] ??= text;
    }
    at += 12 + length;
  }
  return texts;
}

async function textOf(type, data) {
  const end = data.indexOf(0);
  const name = new TextDecoder('latin1').decode(data.subarray(0, end));
  if (type === 'tEXt') {
    return [name, new TextDecoder('latin1').decode(data.subarray(end + 1))];
  }
  if (type === 'zTXt') {
    return [name, new TextDecoder('latin1').decode(await inflated(data.subarray(end + 2)))];
  }
  const language = data.indexOf(0, end + 3);
  const text = data.subarray(data.indexOf(0, language + 1) + 1);
  return [name, new TextDecoder().decode(data[end + 1] === 1 ? await inflated(text) : text)];
}

/** Promises the bytes of a compressed text; stops when there are too many. */
async function inflated(data) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    }
    length += value.length;
    if (length > LONGEST) {
      await reader.cancel();
      throw new Error('the text is too long');
    }
    parts.push(value);
  }
}

const number = (value) => (Number.isFinite(Number(value)) && value !== null && value !== '' ? Number(value) : null);

/** Returns the settings of an image that sana4j made, or null. */
function own(text) {
  const request = text === undefined ? null : JSON.parse(text)?.request;
  if (typeof request?.prompts?.[0] !== 'string') {
    return null;
  }
  const size = typeof request.size === 'string' ? request.size.split('x') : [request.size?.width, request.size?.height];
  return {
    prompt: request.prompts[0],
    negative: String(request.negativePrompt ?? ''),
    width: number(size[0]),
    height: number(size[1]),
    steps: number(request.steps),
    guidance: number(request.guidance),
    seed: number(request.seed),
    loras: (request.adapters ?? []).map(({ file, scale }) => ({
      name: String(file).split(/[/\\]/).at(-1).replace(/\.safetensors$/, ''),
      scale: number(scale) ?? 1,
    })),
  };
}

/** Returns the settings in a text as AUTOMATIC1111 writes it, or null. */
function fromParameters(text) {
  const lines = (text ?? '').split('\n');
  const facts = lines.at(-1);
  if (!/\bSteps: \d+/.test(facts)) {
    return null;
  }
  const value = (name) => new RegExp(`(?:^|, )${name}: ([^,]+)`).exec(facts)?.[1] ?? null;
  const words = lines.slice(0, -1).join('\n').split(/\n?Negative prompt: /);
  const [width, height] = (value('Size') ?? '').split('x');
  return {
    prompt: words[0].replace(/<lora:[^>]*>/g, '').trim(),
    negative: words[1] ?? '',
    width: number(width),
    height: number(height ?? ''),
    steps: number(value('Steps')),
    guidance: number(value('CFG scale')),
    seed: number(value('Seed')),
    loras: [...words[0].matchAll(/<lora:([^:>]+):?([^>]*)>/g)].map(([, name, scale]) => ({ name, scale: number(scale) ?? 1 })),
  };
}

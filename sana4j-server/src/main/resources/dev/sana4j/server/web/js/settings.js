import { avoided, styled } from './styles.js';

/**
 * The settings of an image, stored with it: prompt and negative prompt as typed, style and
 * background, width and height (null: as the input image), steps and guidance (null: the model's),
 * seed (null: random), bestOf: the number of candidates for each image, format, loras as {name, scale}, control: null or {image, edges, scale, to},
 * and input: null or {image, mask, strength, outpaint, upscale} with data URIs.
 */

const joined = (...texts) => texts.filter((text) => text.trim() !== '').join(', ');

/** Returns the request of the native API for a number of images. */
export function requestOf(settings, count, model) {
  const prompt = settings.prompt.trim();
  const request = {
    prompt: prompt === '' ? '' : styled(prompt, settings, model),
    format: settings.format,
    count,
    previews: model.features.previews,
  };
  for (const name of ['steps', 'guidance', 'seed', 'width', 'height']) {
    if ((settings[name] ?? null) !== null) {
      request[name] = settings[name];
    }
  }
  if (settings.bestOf > 1 && model.limits.best_of > 1) {
    request.best_of = Math.min(settings.bestOf, model.limits.best_of);
  }
  const negative = joined(settings.negative, avoided(settings.style, model));
  if (model.features.negative_prompt && negative !== '') {
    request.negative_prompt = negative;
  }
  if (settings.loras?.length > 0) {
    request.loras = settings.loras;
  }
  if (settings.model && model.choices?.length > 1) {
    request.model = settings.model;
  }
  return Object.assign(request, inputOf(settings.input ?? null), controlOf(settings.control ?? null));
}

function inputOf(input) {
  if (input === null) {
    return {};
  }
  const fields = { image: input.image, strength: input.strength };
  for (const name of ['mask', 'outpaint', 'upscale']) {
    if ((input[name] ?? null) !== null) {
      fields[name] = input[name];
    }
  }
  return fields;
}

const controlOf = (control) =>
  control === null
    ? {}
    : { control: control.image, edges: control.edges, control_scale: control.scale, control_to: control.to };

/** Returns the settings as text for the clipboard. */
export function textOf(settings) {
  const lines = [settings.prompt];
  if (settings.negative !== '') {
    lines.push(`Negative prompt: ${settings.negative}`);
  }
  const facts = [
    `Steps: ${settings.steps}`,
    `CFG scale: ${settings.guidance}`,
    `Seed: ${settings.seed}`,
    `Size: ${settings.width}x${settings.height}`,
    `Model: ${settings.model}`,
  ];
  if ((settings.style ?? 'none') !== 'none') {
    facts.push(`Style: ${settings.style}`);
  }
  for (const { name, scale } of settings.loras ?? []) {
    facts.push(`LoRA ${name}: ${scale}`);
  }
  if (settings.score !== undefined) {
    facts.push(`Best of: ${settings.bestOf}`, `Score: ${settings.score}`);
  }
  if (settings.input) {
    facts.push(`Strength: ${settings.input.strength}`);
  }
  return [...lines, facts.join(', ')].join('\n');
}

/** Returns the settings of a job whose form is not known any more. */
export function settingsOf(request) {
  return {
    prompt: request.prompt,
    negative: request.negative_prompt,
    style: 'none',
    background: 'none',
    width: request.width,
    height: request.height,
    steps: request.steps,
    guidance: request.guidance,
    seed: request.seed,
    bestOf: request.best_of ?? 1,
    format: request.format,
    loras: request.loras ?? [],
    control: null,
    input: null,
  };
}

/** Promises a blob as a data URI. */
export function dataUri(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

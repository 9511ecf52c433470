import { STYLES } from './styles.js';

/**
 * The settings of an image, stored with it: prompt and negative prompt as typed, style, width and
 * height (null: as the input image), steps, guidance, seed (null: random), format, and input: null
 * or {image, mask, strength} with data URIs.
 */

const joined = (...texts) => texts.filter((text) => text.trim() !== '').join(', ');

/** Returns the request of the native API for a number of images. */
export function requestOf(settings, count, model) {
  const style = STYLES[settings.style] ?? STYLES.none;
  const prompt = settings.prompt.trim();
  const request = {
    prompt: prompt === '' ? '' : style.wrap(prompt),
    steps: settings.steps,
    guidance: settings.guidance,
    format: settings.format,
    count,
    previews: model.features.previews,
  };
  const negative = joined(settings.negative, style.avoid);
  if (model.features.negative_prompt && negative !== '') {
    request.negative_prompt = negative;
  }
  if (settings.width !== null) {
    request.width = settings.width;
    request.height = settings.height;
  }
  if (settings.seed !== null) {
    request.seed = settings.seed;
  }
  if (settings.input !== null) {
    request.image = settings.input.image;
    request.strength = settings.input.strength;
    if (settings.input.mask !== null) {
      request.mask = settings.input.mask;
    }
  }
  return request;
}

/** Returns the settings as text for the clipboard. */
export function textOf(settings) {
  const lines = [settings.prompt];
  if (settings.negative !== '') {
    lines.push(`Negative prompt: ${settings.negative}`);
  }
  const facts = [
    `Steps: ${settings.steps}`,
    `Guidance: ${settings.guidance}`,
    `Seed: ${settings.seed}`,
    `Size: ${settings.width}x${settings.height}`,
    `Model: ${settings.model}`,
  ];
  if (settings.style !== 'none') {
    facts.push(`Style: ${settings.style}`);
  }
  if (settings.input !== null) {
    facts.push(`Strength: ${settings.input.strength}`);
  }
  return [...lines, facts.join(', ')].join('\n');
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

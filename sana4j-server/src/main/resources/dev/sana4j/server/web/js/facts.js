import { say } from './words.js';

/** Returns the settings of an image for people, as pairs of the name of a word and a text. */
export function factsOf(settings) {
  const facts = [
    ['made', settings.made === settings.prompt.trim() ? '' : settings.made],
    ['seed', settings.seed],
    ['bestOf', settings.score === undefined ? '' : say('scored', { n: settings.bestOf, score: rounded(settings.score) })],
    ['size', `${settings.width} × ${settings.height}`],
    ['steps', settings.steps],
    ['guidance', settings.guidance],
    ['task', say(taskWord(settings.task))],
    ['model', settings.model],
    ['loras', (settings.loras ?? []).map(({ name, scale }) => `${name} (${scale})`).join(', ')],
    ['negative', settings.negative],
  ];
  return facts.filter(([, value]) => (value ?? '') !== '').map(([name, value]) => [name, String(value)]);
}

const rounded = (score) => Number(score).toLocaleString('en', { maximumFractionDigits: 3 });

const taskWord = (task) => (task === 'control' ? 'controlled' : (task ?? 'text_to_image'));

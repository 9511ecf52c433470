import { element, openSheet } from './dom.js';
import { say } from './words.js';

const KEYS = [
  [['Enter', 'Ctrl Enter'], 'keyGenerate'],
  [['/'], 'keyPrompt'],
  [['↑', '↓'], 'keyHistory'],
  [['←', '→'], 'keyMove'],
  [['Delete'], 'keyDelete'],
  [['Ctrl A'], 'keyAll'],
  [['+', '−', '0'], 'keyZoom'],
  [['← ↑ → ↓', 'Space', 'Ctrl Z'], 'keyMask'],
  [['?'], 'keyHelp'],
];

/** Opens the list of keys. */
export function openHelp() {
  const rows = KEYS.map(([keys, word]) =>
    element(
      'div',
      {},
      element('dt', {}, ...keys.map((key) => element('kbd', {}, key))),
      element('dd', {}, say(word)),
    ),
  );
  openSheet(say('keysTitle'), [element('dl', { className: 'keys' }, ...rows)]);
}

import { element, openSheet } from './dom.js';
import { factsOf } from './facts.js';
import { say } from './words.js';

const MOST = 4;

/** Shows images side by side, with the settings that differ marked. */
export function compare(items, url) {
  const shown = items.slice(0, MOST);
  const all = shown.map((item) => new Map([['prompt', item.settings.prompt], ...factsOf(item.settings)]));
  const names = [...new Set(all.flatMap((facts) => [...facts.keys()]))];
  const differs = (name) => new Set(all.map((facts) => facts.get(name))).size > 1;
  const column = (item, i) => {
    const rows = names
      .filter((name) => name === 'prompt' || differs(name))
      .map((name) =>
        element('div', { className: differs(name) ? 'differs' : '' }, element('dt', {}, say(name)), element('dd', {}, all[i].get(name) ?? '–')),
      );
    return element(
      'li',
      {},
      element('img', { src: url(item), alt: item.settings.prompt }),
      element('dl', { className: 'fact-list' }, ...rows),
    );
  };
  const list = element('ul', { className: 'side-by-side' }, ...shown.map(column));
  list.style.setProperty('--columns', shown.length);
  openSheet(say('compareTitle'), [list], true);
}

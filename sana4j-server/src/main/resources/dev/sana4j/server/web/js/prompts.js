import { $, closeSheet, element, openSheet } from './dom.js';
import { recall, remember } from './memory.js';
import { say } from './words.js';

const MOST = 50;
const SHOWN = 20;

/** The prompt of the form: kept across reloads, with the earlier ones behind the arrow keys. */
export class Prompts {
  #all = recall('prompts', []);
  #place = -1;
  #field = $('prompt');
  #changed;

  /** Calls changed whenever the prompt has changed, also by the page. */
  constructor(changed) {
    this.#changed = changed;
    this.#field.value = recall('draft', '');
    this.#field.addEventListener('input', () => {
      this.#place = -1;
      this.#tell();
    });
    this.#field.addEventListener('keydown', (event) => this.#key(event));
    $('history').addEventListener('click', () => this.#open());
  }

  /** Sets the prompt, and moves to it. */
  set(text) {
    this.#place = -1;
    this.#put(text);
    this.#field.focus();
  }

  /** Remembers a prompt that was used. */
  add(text) {
    const prompt = text.trim();
    if (prompt !== '') {
      this.#all = [prompt, ...this.#all.filter((each) => each !== prompt)].slice(0, MOST);
      remember('prompts', this.#all);
    }
    this.#place = -1;
  }

  #put(text) {
    this.#field.value = text;
    this.#tell();
  }

  #tell() {
    remember('draft', this.#field.value === '' ? null : this.#field.value);
    this.#changed();
  }

  #key(event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const browsing = this.#place >= 0 || this.#field.value === '';
    if (!way || !browsing || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    const place = Math.max(-1, Math.min(this.#all.length - 1, this.#place + way));
    if (place !== this.#place) {
      event.preventDefault();
      this.#place = place;
      this.#put(this.#all[place] ?? '');
    }
  }

  #open() {
    const items = this.#all.slice(0, SHOWN).map((prompt) => {
      const choose = () => {
        closeSheet();
        this.set(prompt);
      };
      return element('li', {}, element('button', { type: 'button', className: 'line', onclick: choose }, prompt));
    });
    const forget = () => {
      this.#all = [];
      remember('prompts', null);
      closeSheet();
    };
    openSheet(
      say('history'),
      items.length === 0
        ? [element('p', { className: 'muted' }, say('historyEmpty'))]
        : [
            element('ul', { className: 'lines' }, ...items),
            element('button', { type: 'button', className: 'quiet', onclick: forget }, say('historyClear')),
          ],
    );
  }
}

import { $, element, icon } from './dom.js';
import { styleName, say } from './words.js';

/** Actions that close the large view. */
const CLOSING = new Set(['use', 'again', 'variations', 'edit', 'remove']);

/** The large view of one image with its settings. */
export class Lightbox {
  #gallery;
  #actions;
  #item = null;

  /** Takes a gallery, and the actions on an image as functions by name. */
  constructor(gallery, actions) {
    this.#gallery = gallery;
    this.#actions = actions;
    $('close').addEventListener('click', () => $('lightbox').close());
    $('previous').addEventListener('click', () => this.#go(-1));
    $('next').addEventListener('click', () => this.#go(1));
    $('lightbox').addEventListener('click', (event) => {
      if (event.target === $('lightbox')) {
        $('lightbox').close();
      }
    });
    $('lightbox').addEventListener('keydown', (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (way) {
        this.#go(way);
      }
    });
    document.addEventListener('language', () => this.#item && this.#fill());
  }

  /** Shows an image. */
  show(item) {
    this.#item = item;
    this.#fill();
    if (!$('lightbox').open) {
      $('lightbox').showModal();
    }
  }

  #go(way) {
    const next = this.#gallery.neighbour(this.#item, way);
    if (next !== null) {
      this.show(next);
    }
  }

  #fill() {
    const settings = this.#item.settings;
    const large = $('large');
    large.src = this.#gallery.url(this.#item);
    large.alt = settings.prompt;
    large.style.aspectRatio = `${settings.width} / ${settings.height}`;
    $('previous').disabled = this.#gallery.neighbour(this.#item, -1) === null;
    $('next').disabled = this.#gallery.neighbour(this.#item, 1) === null;
    $('facts-prompt').textContent = settings.prompt;
    $('facts').replaceChildren(...this.#facts(settings));
    $('actions').replaceChildren(...Object.keys(this.#actions).map((name) => this.#button(name)));
  }

  #facts(settings) {
    const facts = [
      ['seed', settings.seed],
      ['size', `${settings.width} × ${settings.height}`],
      ['steps', settings.steps],
      ['guidance', settings.guidance],
      ['style', styleName(settings.style)],
      ['task', say(settings.task)],
      ['model', settings.model],
    ];
    if (settings.negative !== '') {
      facts.push(['negative', settings.negative]);
    }
    return facts.map(([name, value]) =>
      element('div', {}, element('dt', {}, say(name)), element('dd', {}, String(value))),
    );
  }

  #button(name) {
    const act = () => {
      if (CLOSING.has(name)) {
        $('lightbox').close();
      }
      this.#actions[name](this.#item);
    };
    return element('button', { type: 'button', onclick: act, 'data-action': name }, icon(name), say(name));
  }
}

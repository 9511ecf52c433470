import * as api from './api.js';
import { $, element } from './dom.js';
import { requestOf } from './settings.js';
import { say } from './words.js';

let last = 0;

/** Returns an id that increases with time, so that images sort by age. */
function nextId() {
  last = Math.max(last + 1, Date.now());
  return last;
}

/** A running request: a line with progress and a button to cancel, and placeholders in the gallery. */
export class Work {
  #places = new Map();
  #job = null;
  #progress = null;
  #given = false;

  /** Creates a request from settings, for a model and a gallery. */
  constructor(settings, count, model, gallery) {
    this.settings = settings;
    this.count = count;
    this.model = model;
    this.gallery = gallery;
    this.text = element('span', {});
    this.bar = element('progress', { max: 1, 'aria-label': settings.prompt });
    this.button = element('button', { type: 'button', onclick: () => this.cancel() });
    this.row = element('div', { className: 'work', role: 'group', 'aria-label': settings.prompt }, this.text, this.bar, this.button);
  }

  /** Generates the images; ends when they are in the gallery, or a line shows the error. */
  async run() {
    $('work').append(this.row);
    this.row.scrollIntoView({ block: 'nearest' });
    document.addEventListener('language', this.#update);
    this.#leave = () => this.#job && api.cancel(this.#job.id);
    addEventListener('pagehide', this.#leave);
    this.#expect();
    this.#update();
    try {
      await this.#make();
    } catch (error) {
      this.#fail(error instanceof api.ApiError ? error.words : say('failed'));
    } finally {
      removeEventListener('pagehide', this.#leave);
      this.gallery.forget([...this.#places.values()]);
    }
  }

  #leave = () => {};

  #expect() {
    const own = this.model.defaults;
    const { width, height } = this.settings;
    this.gallery
      .expect(this.count, width ?? own.width, height ?? own.height)
      .forEach((place, index) => this.#places.set(index, place));
  }

  async #make() {
    this.#job = await api.submit(requestOf(this.settings, this.count, this.model));
    if (this.#given) {
      await api.cancel(this.#job.id);
    }
    const arrivals = new Map();
    const arrive = (image) => {
      if (!arrivals.has(image.index)) {
        arrivals.set(image.index, this.#arrive(image));
      }
    };
    const job = await api.watch(this.#job.id, ({ type, data }) => {
      if (type === 'progress' || type === 'status') {
        this.#progress = data.progress ?? data;
        this.#update();
      } else if (type === 'preview') {
        this.#preview(data);
      } else if (type === 'image') {
        arrive(data);
      }
    });
    job.images.forEach(arrive);
    await Promise.all(arrivals.values());
    this.#end(job);
  }

  #preview({ index, data }) {
    const place = this.#places.get(index);
    if (place) {
      this.gallery.preview(place, data);
    }
  }

  async #arrive(image) {
    const blob = await api.image(image.url);
    const settings = {
      ...this.settings,
      seed: image.seed,
      width: image.width,
      height: image.height,
      model: this.model.id,
      task: this.#job.request.task,
    };
    this.gallery.fulfil(this.#places.get(image.index), { id: nextId(), blob, settings });
    this.#places.delete(image.index);
  }

  #end(job) {
    if (job.status === 'succeeded') {
      $('news').textContent = say('ready', { n: job.images.length });
      this.#done();
    } else if (job.status === 'cancelled') {
      this.#fail(say('cancelled'));
      setTimeout(() => this.#done(), 3000);
    } else {
      const word = { refused: 'prompt_refused', expired: 'expired' }[job.status];
      this.#fail(word ? say(word) : job.error?.message || say('failed'));
    }
  }

  /** Cancels the unfinished images. */
  cancel() {
    this.#given = true;
    this.button.disabled = true;
    if (this.#job) {
      api.cancel(this.#job.id).catch(() => (this.button.disabled = false));
    }
  }

  #done() {
    document.removeEventListener('language', this.#update);
    this.row.remove();
  }

  #fail(text) {
    document.removeEventListener('language', this.#update);
    this.row.classList.add('failed');
    $('news').textContent = text;
    this.text.textContent = text;
    this.bar.remove();
    this.button.disabled = false;
    this.button.textContent = say('dismiss');
    this.button.onclick = () => this.row.remove();
  }

  #update = () => {
    this.button.textContent = say('cancel');
    this.text.textContent = this.#words();
    const fraction = this.#progress?.fraction ?? 0;
    if (fraction > 0) {
      this.bar.value = fraction;
    } else {
      this.bar.removeAttribute('value');
    }
  };

  #words() {
    const now = this.#progress;
    if (now === null) {
      return say('starting');
    }
    if (now.step === 0) {
      return now.jobs_ahead > 0 ? say('waiting', { n: now.jobs_ahead }) : say('starting');
    }
    const left = now.seconds_left === null ? '' : ` · ${say('left', { s: Math.ceil(now.seconds_left) })}`;
    return say('working', { step: now.step, steps: now.steps }) + left;
  }
}

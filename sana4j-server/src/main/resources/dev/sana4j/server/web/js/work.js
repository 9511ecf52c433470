import * as api from './api.js';
import { $, element } from './dom.js';
import { recall, remember } from './memory.js';
import { requestOf, settingsOf } from './settings.js';
import { say } from './words.js';

const MOST_REMEMBERED = 200;

/** The jobs of this browser: settings of unfinished ones, and ids of those whose images were taken. */
const open = () => recall('jobs', {});
const taken = () => recall('taken', []);

function settle(id) {
  const jobs = open();
  delete jobs[id];
  remember('jobs', jobs);
  remember('taken', [id, ...taken().filter((each) => each !== id)].slice(0, MOST_REMEMBERED));
}

/** Keeps the settings of a job without its images, which are large. */
function keep(id, settings) {
  const small = { ...settings, input: null, control: null };
  remember('jobs', Object.fromEntries([...Object.entries(open()), [id, small]].slice(-MOST_REMEMBERED)));
}

/** Returns the id of an image: the same in every tab, and increasing with time, so that images sort by age. */
function imageId(job, index) {
  const salt = job.id.charCodeAt(job.id.length - 1) % 8;
  return Date.parse(job.created_at) * 1000 + salt * 100 + Math.min(index, 99);
}

/** Continues the jobs of this browser that were running when the page was left, or ended meanwhile. */
export async function resume(model, gallery) {
  const known = open();
  const done = taken();
  const jobs = await api.jobs();
  const wanted = jobs.filter(({ id, status }) => !done.includes(id) && (status === 'succeeded' || !api.ENDS.has(status)));
  for (const job of wanted) {
    const settings = { ...settingsOf(job.request), ...known[job.id] };
    new Work(settings, job.request.count, model, gallery, job).run();
  }
  const ids = new Set(jobs.map(({ id }) => id));
  remember('jobs', Object.fromEntries(Object.entries(known).filter(([id]) => ids.has(id))));
}

/** A running request: a line with progress and a button to cancel, and placeholders in the gallery. */
export class Work {
  #places = new Map();
  #job = null;
  #progress = null;
  #given = false;

  /** Creates a request from settings, for a model and a gallery; job is one that the server already has. */
  constructor(settings, count, model, gallery, job = null) {
    this.settings = settings;
    this.count = count;
    this.model = model;
    this.gallery = gallery;
    this.#job = job;
    const { prompt } = settings;
    this.text = element('span', { className: 'state' });
    this.bar = element('progress', { max: 1, 'aria-label': prompt || say(job ? 'resumed' : 'starting') });
    this.button = element('button', { type: 'button', onclick: () => this.cancel() });
    const head = element('div', { className: 'line-of' }, element('strong', { title: prompt }, prompt), this.text);
    this.row = element('div', { className: 'work', role: 'group', 'aria-label': prompt || say('starting') }, head, this.bar, this.button);
  }

  /** Generates the images; ends when they are in the gallery, or a line shows the error. */
  async run() {
    $('work').append(this.row);
    document.addEventListener('language', this.#update);
    this.#expect();
    this.#update();
    try {
      await this.#make();
    } catch (error) {
      this.#fail(error instanceof api.ApiError ? error.words : say('failed'));
    } finally {
      this.gallery.forget([...this.#places.values()]);
    }
  }

  #expect() {
    const own = this.model.defaults;
    const { width, height } = this.#job?.request ?? this.settings;
    this.gallery
      .expect(this.count, width ?? own.width, height ?? own.height)
      .forEach((place, index) => this.#places.set(index, place));
  }

  async #make() {
    if (this.#job === null) {
      this.#job = await api.submit(requestOf(this.settings, this.count, this.model));
      keep(this.#job.id, this.settings);
      this.#shape(this.#job.request);
    }
    if (this.#given) {
      await api.cancel(this.#job.id);
    }
    const arrivals = new Map();
    const arrive = (image) => {
      if (!arrivals.has(image.index)) {
        arrivals.set(image.index, this.#arrive(image));
      }
    };
    this.#job.images.forEach(arrive);
    const job = api.ENDS.has(this.#job.status)
      ? this.#job
      : await api.watch(this.#job.id, ({ type, data }) => {
          if (type === 'progress' || type === 'status') {
            this.#progress = data.progress ?? data;
            data.images?.forEach(arrive);
            this.#update();
          } else if (type === 'preview') {
            this.#preview(data);
          } else if (type === 'image') {
            arrive(data);
          }
        });
    job.images.forEach(arrive);
    await Promise.all(arrivals.values());
    settle(job.id);
    this.#end(job);
  }

  /** Gives the placeholders the size that the server has chosen. */
  #shape({ width, height }) {
    for (const place of this.#places.values()) {
      place.firstChild.style.aspectRatio = `${width} / ${height}`;
    }
  }

  #preview({ index, data }) {
    const place = this.#places.get(index);
    if (place) {
      this.gallery.preview(place, data);
    }
  }

  async #arrive(image) {
    const blob = await api.image(image.url);
    const { request } = this.#job;
    const settings = {
      ...this.settings,
      made: request.prompt,
      steps: request.steps,
      guidance: request.guidance,
      seed: image.seed,
      score: image.score,
      width: image.width,
      height: image.height,
      model: request.model ?? this.model.id,
      task: this.settings.input?.outpaint ? 'outpainting' : request.task,
    };
    this.gallery.fulfil(this.#places.get(image.index), { id: imageId(this.#job, image.index), blob, settings });
    this.#places.delete(image.index);
  }

  #end(job) {
    if (job.status === 'succeeded') {
      $('news').textContent = say('ready', { n: job.images.length });
      if (job.notes.length > 0) {
        this.#stay(job.notes.join(' · '));
      } else {
        this.#done();
      }
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
    this.row.classList.add('failed');
    $('news').textContent = text;
    this.#stay(text);
  }

  /** Shows a text until it is dismissed. */
  #stay(text) {
    document.removeEventListener('language', this.#update);
    this.text.textContent = text;
    this.bar.remove();
    this.button.disabled = false;
    this.button.textContent = say('dismiss');
    this.button.removeAttribute('aria-label');
    this.button.onclick = () => this.row.remove();
  }

  #update = () => {
    const { prompt } = this.settings;
    this.button.textContent = say('cancel');
    this.button.setAttribute('aria-label', say('cancelJob', { prompt }));
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
      return say(this.#job === null ? 'starting' : 'resumed');
    }
    if (now.step === 0) {
      return now.jobs_ahead > 0 ? say('waiting', { n: now.jobs_ahead }) : say('starting');
    }
    const each = now.steps / this.count;
    const done = Math.min(this.count - 1, Math.floor(now.step / each));
    const words = this.count > 1 ? [say('imageOf', { n: done + 1, count: this.count })] : [];
    words.push(say('working', { step: Math.min(Math.max(1, now.step - done * each), each), steps: each }));
    if (now.seconds_left !== null) {
      words.push(say('secondsLeft', { s: Math.ceil(now.seconds_left) }));
    }
    return words.join(' · ');
  }
}

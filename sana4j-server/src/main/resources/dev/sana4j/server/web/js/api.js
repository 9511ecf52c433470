import { recall, remember } from './memory.js';
import { say } from './words.js';

const KEY = 'sana4j.key';
/** The states in which a job stays. */
export const ENDS = new Set(['succeeded', 'failed', 'cancelled', 'refused', 'expired']);
const TRIES = 5;

/** An answer with status 4xx or 5xx, or no answer (status 0). */
export class ApiError extends Error {
  constructor(status, body, retryAfter) {
    super(body.message ?? '');
    this.status = status;
    this.code = body.code ?? 'failed';
    this.field = body.field ?? null;
    this.retryAfter = retryAfter;
  }

  /** The message in the language of the page if there is a translation. */
  get words() {
    if (this.status === 0) {
      return say('offline');
    }
    if (this.status === 401) {
      return say('keyTitle');
    }
    if (this.status === 429) {
      return say('queue_full', { s: this.retryAfter ?? '?' });
    }
    if (['prompt_refused', 'stopping', 'not_found'].includes(this.code)) {
      return say(this.code);
    }
    return this.message || say('failed');
  }
}

/** Returns the random name by which the server finds the jobs of this browser again. */
function clientId() {
  let id = recall('client', null);
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(id)) {
    id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    remember('client', id);
  }
  return id;
}

const client = clientId();

let askForKey = async () => null;
let asking = null;

/** Sets the function that asks for a key: it receives whether the last key was wrong, and promises a key or null. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

async function send(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, 'X-Client-ID': client };
  if (key !== null) {
    headers.Authorization = `Bearer ${key}`;
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError(0, {}, null);
  }
  if (response.status === 401) {
    asking ??= askForKey(key !== null).finally(() => (asking = null));
    const next = await asking;
    if (next !== null) {
      sessionStorage.setItem(KEY, next);
      return send(path, options);
    }
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new ApiError(response.status, body.error ?? {}, response.headers.get('Retry-After'));
  }
  return response;
}

/** Promises the descriptions of the models: sizes, defaults, limits, features. */
export async function models() {
  return (await (await send('api/v1/models')).json()).models;
}

/** Promises the names of the LoRA adapters that the server offers. */
export async function loras() {
  return (await (await send('api/v1/loras')).json()).loras.map(({ name }) => name);
}

/** Promises the jobs of this browser that the server still has, the oldest first. */
export async function jobs() {
  return (await (await send('api/v1/jobs')).json()).jobs;
}

/** Submits a request for images; promises the job. */
export async function submit(request) {
  const response = await send('api/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  });
  return response.json();
}

/** Cancels a job. */
export function cancel(id) {
  return send(`api/v1/jobs/${id}`, { method: 'DELETE' });
}

/** Promises an image of a job as a blob. */
export async function image(url) {
  return (await send(url.replace(/^\//, ''))).blob();
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Watches a job to its end, reconnecting if necessary; calls notify for each event, promises the job. */
export async function watch(id, notify) {
  for (let failures = 0; ; ) {
    try {
      const response = await send(`api/v1/jobs/${id}/events`);
      for await (const event of events(response)) {
        failures = 0;
        if (event.type === 'done') {
          return event.data;
        }
        notify(event);
      }
    } catch (error) {
      const passes = !(error instanceof ApiError) || error.status === 0 || error.status === 429;
      if (!passes || ++failures > TRIES) {
        throw error;
      }
    }
    await pause(1000);
    const job = await (await send(`api/v1/jobs/${id}`)).json();
    notify({ type: 'status', data: job });
    if (ENDS.has(job.status)) {
      return job;
    }
  }
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const type = /^event: (.*)$/m.exec(part);
      const data = /^data: (.*)$/m.exec(part);
      if (type && data) {
        yield { type: type[1], data: JSON.parse(data[1]) };
      }
    }
  }
}

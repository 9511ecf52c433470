/** Images stored in this browser, oldest first; without IndexedDB nothing is stored. */
const MOST = 200;
const NAME = 'images';

function open() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('sana4j', 1);
      request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: 'id' });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

const opened = open();

async function change(act) {
  const database = await opened;
  if (database === null) {
    return undefined;
  }
  return new Promise((resolve) => {
    const transaction = database.transaction(NAME, 'readwrite');
    const request = act(transaction.objectStore(NAME));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => resolve(undefined); // the disk is full: the image is not stored
    transaction.onerror = () => resolve(undefined);
  });
}

/** Promises all stored images; deletes the oldest beyond two hundred. */
export async function load() {
  const all = (await change((store) => store.getAll())) ?? [];
  all.sort((a, b) => a.id - b.id);
  for (const old of all.splice(0, Math.max(0, all.length - MOST))) {
    await remove(old.id);
  }
  return all;
}

/** Stores an image. */
export const keep = (item) => change((store) => store.put(item));

/** Deletes an image. */
export const remove = (id) => change((store) => store.delete(id));

/** Deletes all images. */
export const clear = () => change((store) => store.clear());

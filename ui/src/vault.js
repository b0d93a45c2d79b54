// The vault keeps what was typed in this browser until the server has it: encrypted with a key that the browser makes,
// never gives out, and keeps beside it. That holds against a copied disk or backup that lacks the browser's own key store;
// it does not hold against someone who can open this browser as its user, and the pages say so.
const NAME = "tocsin";

export const usable = () => isSecureContext && "indexedDB" in window && !!crypto.subtle;

const done = (request) => new Promise((yes, no) => {
  request.onsuccess = () => yes(request.result);
  request.onerror = () => no(request.error);
});

let opened;
function open() {
  opened ??= new Promise((yes, no) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("key");
      request.result.createObjectStore("item", { keyPath: "id" });
    };
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  return opened;
}

async function store(name, mode = "readonly") {
  return (await open()).transaction(name, mode, { durability: "strict" }).objectStore(name);
}

// key is the browser's own. Of two tabs that make one in the same moment the first wins.
async function key() {
  const there = await done((await store("key")).get("aes"));
  if (there) return there;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const keys = await store("key", "readwrite");
  return new Promise((yes, no) => {
    const look = keys.get("aes");
    look.onerror = () => no(look.error);
    look.onsuccess = () => {
      if (look.result) return yes(look.result);
      const put = keys.put(fresh, "aes");
      put.onsuccess = () => yes(fresh);
      put.onerror = () => no(put.error);
    };
  });
}

// What stands outside the cipher is bound to it: an item cannot be passed off as another person's or of another kind.
const label = (item) => new TextEncoder().encode(JSON.stringify([item.id, item.kind, item.who, item.at]));

export async function put(kind, id, who, value) {
  const item = { id: `${kind}/${id}`, kind, who, at: Date.now(), iv: crypto.getRandomValues(new Uint8Array(12)) };
  const plain = new TextEncoder().encode(JSON.stringify(value));
  item.data = await crypto.subtle.encrypt({ name: "AES-GCM", iv: item.iv, additionalData: label(item) }, await key(), plain);
  await finished(await store("item", "readwrite"), (items) => items.put(item));
  return item.at;
}

// finished waits until the change is on the disk, not only until it was asked for.
function finished(items, change) {
  return new Promise((yes, no) => {
    items.transaction.oncomplete = () => yes();
    items.transaction.onabort = () => no(items.transaction.error);
    change(items);
  });
}

// list opens all items of a kind, oldest first. One that cannot be opened any more is left out and left alone.
export async function list(kind) {
  const sealed = (await done((await store("item")).getAll())).filter((item) => item.kind === kind).sort((a, b) => a.at - b.at);
  const own = sealed.length ? await key() : null;
  const all = [];
  for (const item of sealed) {
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: item.iv, additionalData: label(item) }, own, item.data);
      all.push({ id: item.id.slice(kind.length + 1), who: item.who, at: item.at, value: JSON.parse(new TextDecoder().decode(plain)) });
    } catch {
      console.warn("an item in this browser cannot be opened");
    }
  }
  return all;
}

export async function find(kind, id) {
  return (await list(kind)).find((item) => item.id === id);
}

export async function remove(kind, id) {
  await finished(await store("item", "readwrite"), (items) => items.delete(`${kind}/${id}`));
}

// usePasskeys lets a form ask the browser for a passkey, or to make one. The server wrote into the form what to ask for; the
// answer goes back in the form's own field, so that the page works like any other.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((c) => ({ ...c, id: bytes(c.id) }));

async function make(o) {
  const publicKey = { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: named(o.excludeCredentials) };
  const c = await navigator.credentials.create({ publicKey });
  const response = { clientDataJSON: text(c.response.clientDataJSON), attestationObject: text(c.response.attestationObject), transports: c.response.getTransports?.() ?? [] };
  return { id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: {} };
}

async function ask(o) {
  const c = await navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: named(o.allowCredentials) } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = c.response;
  const response = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : "" };
  return { id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: {} };
}

const why = (error) => {
  if (error.name === "InvalidStateError") return "This device has a passkey of yours here already.";
  if (error.name === "NotAllowedError") return "The passkey was not given, or it took too long. Try again, or use another way.";
  return "Your browser could not use a passkey here. Try again, or use another way.";
};

export function usePasskeys() {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const options = JSON.parse(form.dataset.passkey).publicKey;
    const button = form.querySelector("button[type=submit]");
    const failed = form.querySelector("[data-passkey-failed]");
    form.querySelector("[data-passkey-absent]").hidden = true;
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      button.disabled = true;
      try {
        form.elements.passkey.value = JSON.stringify(options.user ? await make(options) : await ask(options));
        form.submit();
      } catch (error) {
        failed.querySelector("p").textContent = why(error);
        failed.hidden = false;
      }
      button.disabled = false;
    });
  }
}

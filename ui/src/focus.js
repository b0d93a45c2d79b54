const stops = "a, button, summary, input, select, textarea";

// keepFocus changes a part of the page and puts the focus back to what then stands where it was, so that whoever goes by keyboard is not
// thrown to the top of the page by news. The change answers the part where it is another one afterwards.
export function keepFocus(part, change) {
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  const at = focus ? [...part.querySelectorAll(stops)].indexOf(focus) : -1;
  const now = change() ?? part;
  if (!focus || focus.isConnected) return;
  const again = (focus.id && document.getElementById(focus.id)) || now.querySelectorAll(stops)[at] || now;
  if (again === now) now.tabIndex = -1;
  again.focus({ preventScroll: true });
}

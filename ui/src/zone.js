// tellZone lets the server show times in the reader's own zone. It is a preference, nothing more.
export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const told = document.cookie.split("; ").find((c) => c.startsWith("tocsin_zone="));
  const value = encodeURIComponent(zone);
  if (told === `tocsin_zone=${value}`) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `tocsin_zone=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

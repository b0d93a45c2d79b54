// openWhen opens a block as soon as an answer makes it matter. It never closes one: what was typed stays in sight.
export function openWhen() {
  for (const block of document.querySelectorAll("[data-open-when]")) {
    const [name, value] = block.dataset.openWhen.split("=");
    block.closest("form")?.addEventListener("change", (event) => {
      if (event.target.name === name && event.target.value === value) block.open = true;
    });
  }
}

// foldAway closes a menu that was opened, on Escape and when something else is clicked.
export function foldAway() {
  for (const menu of document.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
}

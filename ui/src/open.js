// openWhen opens a block as soon as an answer makes it matter. It never closes one: what was typed stays in sight.
export function openWhen() {
  for (const block of document.querySelectorAll("[data-open-when]")) {
    const [name, value] = block.dataset.openWhen.split("=");
    block.closest("form")?.addEventListener("change", (event) => {
      if (event.target.name === name && event.target.value === value) block.open = true;
    });
  }
}

// Dark mode for a design system that has none. Every colour of the compiled sheet becomes a custom property, named by
// what it is used for (ink, surface, line) and its light value; the table below gives each its dark value. A colour that
// is missing here fails the build, so that a new component cannot bring a white patch into the dark.

const keep = (...colours) => Object.fromEntries(colours.map((c) => [c, c]));

const dark = {
  ink: {
    ...keep("#fff", "#f0f0f0", "#dfe1e2", "#a9aeb1", "#c9c9c9"),
    "#1b1b1b": "#f0f0f0", "#000": "#fff", "#454545": "#dcdee0", "#565c65": "#b6bbc1", "#71767a": "#a9aeb1",
    "#757575": "#b6bbc1", "#919191": "#a9aeb1", "#3d4551": "#dcdee0",
    "#73b3e7": "#005ea2", "#005ea2": "#73b3e7", "#1a4480": "#a1d3ff", "#162e51": "#c3e0fb", "#54278f": "#c7a6f2",
    "#b50909": "#ff9b8f", "#8b0a03": "#ffb3a8", "#b51d09": "#ff9b8f", "#d54309": "#ff9b8f",
    "#7a591a": "#f2cf7a", "#216e1f": "#8fd48b", "#2e6276": "#9fdcec",
  },
  surface: {
    ...keep("#005ea2", "#1a4480", "#162e51", "#565c65", "#54278f"),
    "#fff": "#15191e", "#f0f0f0": "#22272e", "#f7f9fa": "#1b2027", "#e7f6f8": "#0f2f38", "#e1f3f8": "#12303a",
    "#dfe1e2": "#353b43", "#e6e6e6": "#353b43", "#c9c9c9": "#4a4f57", "#757575": "#6a6f76", "#71767a": "#8d9297",
    "#1b1b1b": "#f0f0f0", "#3d4551": "#8d9297", "#97d4ea": "#164657", "#c3ebfa": "#12303a",
    "#faf3d1": "#3a3012", "#ecf3ec": "#14301b", "#f4e3db": "#45211a", "#fdf0ed": "#3d1c18", "#d9e8f6": "#173251",
    "#00bde3": "#0f6f85", "#28a0cb": "#0f6f85", "#07648d": "#07648d", "#9c3d10": "#9c3d10", "#c05600": "#b04e00",
    "#fa9441": "#a65213", "#775540": "#775540", "#d83933": "#c22f2a", "#b50909": "#b50909", "#8b0a03": "#8b0a03",
    "rgba(0,94,162,.1)": "rgba(115,179,231,.16)", "rgba(0,0,0,.7)": "rgba(0,0,0,.8)", "#fff7d6": "#3a3012",
  },
  line: {
    ...keep("#2491ff", "#ffbe2e", "#00bde3", "#d54309", "#99deea"),
    "#fff": "#15191e", "#f0f0f0": "#22272e", "#f7f9fa": "#1b2027", "#1b1b1b": "#dcdee0", "#000": "#000",
    "#dfe1e2": "#3d434b", "#e6e6e6": "#3d434b", "#c9c9c9": "#565c65", "#a9aeb1": "#6a6f76", "#757575": "#8d9297",
    "#919191": "#8d9297", "#565c65": "#a9aeb1", "#71767a": "#8d9297", "#005ea2": "#73b3e7", "#1a4480": "#a1d3ff",
    "#162e51": "#c3e0fb", "#b50909": "#ff7a6b", "#9c3d10": "#e08a5c", "#00a91c": "#5fbf6a", "#d9e8f6": "#2f4d6e",
    "rgba(27,27,27,.2)": "rgba(255,255,255,.2)",
  },
};

const plain = new Set(["rgba(0,0,0,0)"]);
const colour = /#[0-9a-f]{3,8}\b|rgba?\([^)]*\)/g;

function roleOf(property) {
  if (/^(color|fill|-webkit-text-fill-color|text-decoration-color)$/.test(property)) return "ink";
  if (/^background/.test(property)) return "surface";
  return "line";
}

// tokenise rewrites the sheet and lists the colours that have no dark value.
export function tokenise(css) {
  const used = new Map();
  const problems = new Set();
  const name = (role, value) => {
    const id = `--${role}-${value.replace(/[^0-9a-z]+/g, "-").replace(/^-|-$/g, "")}`;
    if (!(value in dark[role])) problems.add(`${role} ${value}`);
    used.set(id, [value, dark[role][value]]);
    return `var(${id})`;
  };
  const body = css.replace(/([;{])((?:-webkit-)?[a-z-]+):([^;{}]*)/g, (whole, before, property, value) => {
    if (property.startsWith("--") || value.includes("data:") || value.includes("url(")) return whole;
    const role = roleOf(property);
    return `${before}${property}:${value.replace(colour, (c) => (plain.has(c) ? c : name(role, c)))}`;
  });
  const list = (i) => [...used].map(([id, pair]) => `${id}:${pair[i]}`).join(";");
  // Printed pages stay light whatever the screen is set to.
  const head = `:root{color-scheme:light;${list(0)}}@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${list(1)}}}`;
  return { css: head + body, problems: [...problems].sort() };
}

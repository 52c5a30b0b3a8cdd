// What stands behind the "?" of the address is a state to open, as behind `ssh HOST`.
const session = new URL("session/" + encodeURIComponent(location.search.slice(1)), location.href);
session.protocol = session.protocol.replace("http", "ws");
document.querySelector(".textual-terminal").dataset.sessionWebsocketUrl = session.href;

// Keys go to the terminal once it is connected and whenever somebody comes back to the page, and
// at the end to what opens another.
const wanted = {"-closed": ".over a", "-loaded": ".xterm-helper-textarea"};
const attend = () => {
  const state = Object.keys(wanted).find((name) => document.body.classList.contains(name));
  if (state) document.querySelector(wanted[state]).focus();
};
new MutationObserver(attend).observe(document.body, {attributeFilter: ["class"]});
addEventListener("focus", attend);

// Without https a browser lends its clipboard only to what is selected, right after a key.
const copy = async (text) => {
  const area = document.body.appendChild(document.createElement("textarea"));
  area.value = text;
  area.select();
  document.execCommand("copy");
  area.remove();
  attend();
};
if (!navigator.clipboard) {
  Object.defineProperty(navigator, "clipboard", {value: {writeText: copy}});
}

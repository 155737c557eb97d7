// Opens scenarios in the YAML language server over standard input and output, as an editor does: shipped ones have nothing to
// complain of, broken ones have it at their line, keys are completed, and their meaning is shown.
//
//   node check.mjs PATH/TO/entente
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const entente = resolve(process.argv[2] ?? join(root, "target/debug/entente"));
const scratch = mkdtempSync(join(tmpdir(), "entente-editor-"));
const PATIENCE = 60_000;

/** The server, and what it says. */
class Server {
  constructor() {
    const program = join(here, "node_modules/yaml-language-server/bin/yaml-language-server");
    this.process = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.buffer = Buffer.alloc(0);
    this.waiting = new Map();
    this.told = new Map();
    this.listeners = [];
    this.next = 1;
    this.process.stdout.on("data", (data) => this.read(data));
  }

  read(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (;;) {
      const head = this.buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.subarray(0, head).toString())[1]);
      if (this.buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.buffer.subarray(head + 4, head + 4 + length).toString());
      this.buffer = this.buffer.subarray(head + 4 + length);
      this.hear(message);
    }
  }

  hear(message) {
    if (message.method === "workspace/configuration") {
      const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, schemas: settings.schemas };
      this.say({ id: message.id, result: message.params.items.map(({ section }) => (section === "yaml" ? yaml : null)) });
    } else if (message.method && message.id !== undefined) {
      this.say({ id: message.id, result: null });
    } else if (message.method === "textDocument/publishDiagnostics") {
      this.told.set(message.params.uri, message.params.diagnostics);
      this.listeners.forEach((listener) => listener(message.params));
    } else if (this.waiting.has(message.id)) {
      const { done, failed } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      message.error ? failed(new Error(message.error.message)) : done(message.result);
    }
  }

  say(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  notify(method, params) {
    this.say({ method, params });
  }

  request(method, params) {
    const id = this.next++;
    const answer = new Promise((done, failed) => this.waiting.set(id, { done, failed }));
    this.say({ id, method, params });
    return within(answer, method);
  }

  /** Opens a text under a file's name and gives the complaints about it. */
  async open(path, text) {
    const uri = pathToFileURL(path).href;
    const complaints = new Promise((done) => {
      this.listeners.push((params) => params.uri === uri && done(params.diagnostics));
    });
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    return { uri, complaints: await within(complaints, `complaints about ${path}`) };
  }
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`no answer in time: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const problems = [];
let passed = 0;
function expect(right, what) {
  if (right) passed += 1;
  else problems.push(what);
}

/** The place of `§` in a text, and the text without it. */
function marked(text) {
  const before = text.slice(0, text.indexOf("§"));
  const line = before.split("\n").length - 1;
  return { text: text.replace("§", ""), position: { line, character: before.length - before.lastIndexOf("\n") - 1 } };
}

const schema = join(scratch, "entente.schema.json");
writeFileSync(schema, execFileSync(entente, ["schema"]));
execFileSync(entente, ["new", join(scratch, "begun")]);
const settings = { schemas: { [pathToFileURL(schema).href]: ["/held/**", "**/scenarios/**", "**/held/**"] } };
const server = new Server();
const held = (name) => join(scratch, "held", name);

async function nothingToComplainOf() {
  const shipped = readdirSync(join(root, "scenarios"), { recursive: true })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(root, "scenarios", name));
  expect(shipped.length >= 2, "the shipped scenarios are found");
  for (const path of [...shipped, join(root, "tests/schema/everything.yaml")]) {
    const name = path.startsWith(join(root, "tests")) ? held("everything.yaml") : path;
    const { complaints } = await server.open(name, readFileSync(path, "utf8"));
    expect(complaints.length === 0, `${path}: ${JSON.stringify(complaints)}`);
  }
}

async function theModelineFindsTheSchema() {
  const path = join(scratch, "begun/scenario.yaml");
  const text = readFileSync(path, "utf8");
  const { complaints } = await server.open(path, text);
  expect(complaints.length === 0, `a new scenario: ${JSON.stringify(complaints)}`);
  const bent = text.replace("  tick:", "  tik:").replace("clock: { start", "clock: { strat");
  const broken = await server.open(join(scratch, "begun/bent.yaml"), bent);
  expect(broken.complaints.length > 0, "a new scenario that is broken: the modeline leads to no schema");
}

const PATRONS = readFileSync(join(root, "scenarios/two-patrons.yaml"), "utf8");

async function brokenOnesAreToldAtTheirLine() {
  const cases = [
    ["a misspelt section", "outcomes:", "outcoms:"],
    ["a misspelt key of a rule", "        cooldown: 4 weeks", "        cooldwon: 4 weeks"],
    ["a misspelt parameter", "surrender_spread: 0.5", "surender_spread: 0.5"],
    ["a basis that is none", "    basis: judgement", "    basis: guess"],
    ["a time without a unit", "    delay: 2 weeks # on", "    delay: 2 # on"],
    ["a list where a map stands", "  far_aid_doubled:", "  far_aid_doubled: [1]\n  another:"],
    ["a key that no distribution has", "normal: { mean: 1, sd: 0.15 }", "normal: { mean: 1, std: 0.15 }"],
    ["a misspelt key in a variant", "    levers: { far_aid: 80 }", "    lever: { far_aid: 80 }"],
    ["half a range", "range: [0, 120]", "range: [0]"],
  ];
  for (const [name, from, to] of cases) {
    if (!PATRONS.includes(from)) throw new Error(`two-patrons has no \`${from}\``);
    const line = PATRONS.slice(0, PATRONS.indexOf(from)).split("\n").length - 1;
    const { complaints } = await server.open(held(`${name.replaceAll(" ", "_")}.yaml`), PATRONS.replace(from, to));
    const at = complaints.some(({ range }) => range.start.line <= line + 1 && line <= range.end.line);
    expect(at, `${name}: expected a complaint at line ${line + 1}, found ${JSON.stringify(complaints)}`);
  }
}

const ACTOR = "clock: { start: 2024-01-01, tick: 1 week, ticks: 5 }\nactors:\n  north:\n";

async function keysAreCompleted() {
  const cases = [
    ["sections", "title: T\n§", ["clock", "actors", "uncertainties", "territory", "variants", "extends"]],
    ["the clock", "clock:\n  §\n", ["start", "tick", "ticks"]],
    ["an actor", `${ACTOR}    §\n`, ["state", "policy", "each_tick", "sees", "stance", "goal", "policies"]],
    ["a state", `${ACTOR}    state:\n      troops:\n        §\n`, ["start", "within", "private", "unit", "because", "basis"]],
    ["a rule", `${ACTOR}    policy:\n      ask:\n        §\n`, ["when", "chance", "per", "once", "cooldown", "for", "let", "then"]],
    ["an effect", `${ACTOR}    policy:\n      ask:\n        then:\n          - §\n`, ["send", "set", "change", "at", "to", "amount"]],
    ["an uncertainty", "uncertainties:\n  pace:\n    §\n", ["triangular", "normal", "choice", "within", "with", "because"]],
    ["a lever", "levers:\n  aid:\n    §\n", ["default", "range", "unit"]],
    ["a message", "messages:\n  arms:\n    §\n", ["delay", "signed", "on_arrival"]],
    ["the contest", "territory:\n  contest:\n    §\n", ["pace", "attrition", "surrender_spread", "hazard"]],
    ["a side", "territory:\n  sides:\n    north:\n      §\n", ["force", "effort", "prefer", "theatre", "guerrilla"]],
    ["a basis", "levers:\n  aid:\n    default: 1\n    basis: §\n", ["data", "literature", "judgement", "placeholder"]],
    ["a variant", "variants:\n  other:\n    §\n", ["title", "from", "levers", "actors", "territory"]],
    ["a rule in a variant", "variants:\n  other:\n    actors:\n      north:\n        policy:\n          ask:\n            §\n", ["when", "before", "after", "then"]],
    ["what extends another", "extends: base.yaml\n§\n", ["levers", "actors"]],
  ];
  for (const [name, marking, wanted] of cases) {
    const { text, position } = marked(marking);
    const { uri } = await server.open(held(`complete_${name.replaceAll(" ", "_")}.yaml`), text);
    const found = await server.request("textDocument/completion", { textDocument: { uri }, position });
    const labels = (found.items ?? found).map(({ label }) => label);
    const missing = wanted.filter((key) => !labels.includes(key));
    expect(missing.length === 0, `${name}: ${missing} not among ${labels}`);
  }
}

async function meaningsAreShown() {
  const cases = [
    ["a section", PATRONS.replace("uncertainties:", "uncert§ainties:"), "drawn once a run"],
    ["a key of the clock", PATRONS.replace("ticks: 52 }", "tic§ks: 52 }"), "How many steps"],
    ["a distribution", PATRONS.replace("triangular:", "trian§gular:"), "likeliest"],
    ["a key of a rule", PATRONS.replace("cooldown: 4", "cool§down: 4"), "rests after acting"],
    ["code in a meaning", PATRONS.replace("per: month", "pe§r: month"), "with `per: month` means"],
    ["an effect", PATRONS.replace("- { send: request", "- { se§nd: request"), "Sends a message"],
    ["a parameter", PATRONS.replace("surrender_spread:", "surrender§_spread:"), "0.5 if nothing is said"],
    ["a key of a side", PATRONS.replace("guerrilla: 0.6", "guer§rilla: 0.6"), "hides among the population"],
    ["the date of a variant", PATRONS.replace("    from: 2024-01-05", "    fr§om: 2024-01-05"), "from which it holds"],
  ];
  for (const [name, marking, wanted] of cases) {
    const { text, position } = marked(marking);
    const { uri } = await server.open(held(`hover_${name.replaceAll(" ", "_")}.yaml`), text);
    const found = await server.request("textDocument/hover", { textDocument: { uri }, position });
    const shown = found?.contents?.value ?? JSON.stringify(found);
    if (process.env.SHOW) console.log(`--- ${name}\n${shown}`);
    expect(shown.includes(wanted), `${name}: no "${wanted}" in ${shown}`);
  }
}

let code = 1;
try {
  await server.request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(scratch).href,
    capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ["markdown"] } } },
  });
  server.notify("initialized", {});
  server.notify("workspace/didChangeConfiguration", { settings: {} });
  await nothingToComplainOf();
  await theModelineFindsTheSchema();
  await brokenOnesAreToldAtTheirLine();
  await keysAreCompleted();
  await meaningsAreShown();
  problems.forEach((problem) => console.error(`not as it should be: ${problem}`));
  console.log(`${passed} of ${passed + problems.length} as they should be`);
  code = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
} finally {
  server.process.kill();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(code);

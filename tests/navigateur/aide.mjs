// What the browser tests share: a service of their own, a browser, a signed-in page, the accessibility check.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../..");
// An `import` would not look there.
const require = createRequire(path.join(process.env.NODE_PATH || path.join(root, "assets/node_modules"), "aide.cjs"));
const { chromium } = require("playwright-core");

export const PASSWORD = "demonstration-2026";
const CAPTURES = path.join(here, "captures");
const run = promisify(execFile);

function program(variable) {
	const file = process.env[variable];
	assert.ok(file && fs.existsSync(file), `${variable} names no program: run these tests by \`cargo xtask test\``);
	return file;
}

/** An empty directory that goes away with the test file. */
export function temporary() {
	const made = fs.mkdtempSync(path.join(os.tmpdir(), "tronc-navigateur-"));
	process.on("exit", () => fs.rmSync(made, { recursive: true, force: true }));
	return made;
}

/** Runs one command of the program on a data directory; `input` goes to its standard input. */
export async function tronc(dir, args, input) {
	const child = run(program("TRONC_BIN"), ["--data-dir", dir, ...args], { maxBuffer: 1 << 26, env: { ...process.env, TRONC_DATABASE_URL: undefined } });
	child.child.stdin.end(input ?? "");
	return (await child).stdout;
}

/** The demonstration, made once for a program and a day, then copied for each test file. */
async function demonstration() {
	const { mtimeMs, size } = fs.statSync(program("TRONC_BIN"));
	const day = new Intl.DateTimeFormat("fr-CA", { timeZone: "Europe/Paris" }).format(new Date());
	const store = path.join(os.tmpdir(), `tronc-demonstration-${process.getuid?.() ?? "commun"}`);
	const kept = path.join(store, `${day}-${size}-${Math.round(mtimeMs)}`);
	fs.mkdirSync(store, { recursive: true, mode: 0o700 });
	for (const name of fs.readdirSync(store)) {
		if (!name.startsWith(day)) fs.rmSync(path.join(store, name), { recursive: true, force: true });
	}
	const lock = `${kept}-en-cours`;
	while (!fs.existsSync(kept)) {
		try {
			fs.mkdirSync(lock);
		} catch {
			// Another file of the run is making it; a lock this old was left by a run that was killed.
			const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
			if (age > 300_000) fs.rmSync(lock, { recursive: true, force: true });
			await new Promise((resolve) => setTimeout(resolve, 250));
			continue;
		}
		try {
			await tronc(lock, ["demo", "--generate-only"]);
			fs.renameSync(lock, kept);
		} finally {
			fs.rmSync(lock, { recursive: true, force: true });
		}
	}
	const copy = temporary();
	fs.cpSync(kept, copy, { recursive: true });
	return copy;
}

/** A running program on one data directory. */
export class Service {
	/** The demonstration, listening; `more` goes to its command line. */
	static async demo(more = []) {
		return new Service(await demonstration(), "demo", more).start();
	}

	/** The demonstration of a federation: the same, with a key that signs. */
	static async federation() {
		const key = path.join(temporary(), "cle");
		const { public_key } = JSON.parse(await tronc(path.dirname(key), ["--json", "federation", "key", key]));
		const service = await Service.demo(["--federation-key", key, "--federation-name", "Fédération d'essai"]);
		return Object.assign(service, { publicKey: public_key });
	}

	constructor(dir, command, more = []) {
		this.dir = dir;
		this.command = command;
		this.more = more;
		this.port = 0;
	}

	/** Listens, on the same port as the time before. */
	async start() {
		this.child = spawn(program("TRONC_BIN"), ["--data-dir", this.dir, this.command, "--listen", `127.0.0.1:${this.port}`, ...this.more], {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, TRONC_DATABASE_URL: undefined },
		});
		this.ended = new Promise((resolve) => this.child.once("exit", resolve));
		this.errors = "";
		this.child.stderr.on("data", (text) => { this.errors += text; });
		let said = "";
		this.url = await new Promise((resolve, reject) => {
			this.child.stdout.on("data", (text) => {
				said += text;
				const ready = /Ready on (http:\/\/[^/\s]+)\//.exec(said);
				if (ready) resolve(ready[1]);
			});
			this.ended.then((code) => reject(new Error(`the program stopped (${code}) before it listened: ${said}${this.errors}`)));
		});
		this.port = new URL(this.url).port;
		return this;
	}

	/** Stops as an administrator would. */
	async stop() {
		this.child.kill("SIGTERM");
		const slow = setTimeout(() => this.child.kill("SIGKILL"), 8000);
		await this.ended;
		clearTimeout(slow);
	}
}

/**
 * A service and a browser for a whole test file. `make` gives the service, the demonstration by default;
 * `prepare` does what the tests of the file share. What is returned is filled in before the first test.
 */
export function stage({ make = () => Service.demo(), prepare } = {}) {
	const at = { opened: [] };
	before(async () => {
		at.service = await make();
		at.browser = await chromium.launch({
			executablePath: program("CHROMIUM"),
			args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
				"--disable-component-update", "--disable-sync"],
		});
		await prepare?.(at);
	});
	after(async () => {
		await at.browser?.close();
		await at.service?.stop();
	});
	return at;
}

/** A page of its own context. What the browser complains about is kept in `page.complaints`. */
export async function open(at, options = {}) {
	const context = await at.browser.newContext({
		viewport: { width: 1280, height: 720 },
		locale: "fr-FR",
		timezoneId: "Europe/Paris",
		baseURL: at.service.url,
		...options,
	});
	context.setDefaultTimeout(10_000);
	return watch(at, await context.newPage());
}

/** Keeps a page for pictures of failures, and what its console says. */
export function watch(at, page) {
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(String(error)));
	page.on("console", (message) => {
		// An answer of the 4xx kind is a matter for the tests themselves.
		if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.complaints.push(message.text());
	});
	at.opened.push(page);
	return page;
}

/** Signs in by the form. */
export async function signIn(page, login, password = PASSWORD) {
	await page.goto("/connexion");
	await page.fill("input[name=identifiant]", login);
	await page.fill("input[name=mot_de_passe]", password);
	await page.click("button:has-text('Se connecter')");
	await page.waitForURL((url) => url.pathname !== "/connexion");
}

/** Runs a test's body; on failure, leaves a picture of every open page in `captures`. */
export function pictured(at, name, body) {
	return async (t) => {
		at.opened = at.opened.filter((page) => !page.isClosed());
		const already = at.opened.length;
		try {
			await body(t);
			for (const page of at.opened) assert.deepEqual(page.complaints, [], `the browser complained on ${page.url()}`);
		} catch (error) {
			fs.mkdirSync(CAPTURES, { recursive: true });
			for (const [i, page] of at.opened.entries()) {
				if (page.isClosed()) continue;
				const file = path.join(CAPTURES, `${name}-${i + 1}.png`);
				await page.screenshot({ path: file, fullPage: true }).catch(() => {});
				console.error(`picture: ${path.relative(root, file)} (${page.url()})`);
			}
			if (at.service?.errors) console.error(at.service.errors.slice(-2000));
			throw error;
		} finally {
			for (const page of at.opened.slice(already)) await page.context().close().catch(() => {});
		}
	};
}

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong on the page, one line each. */
export async function violations(page) {
	// The policy of the pages lets no script in: axe comes through the debugger, not through the page.
	if (!(await page.evaluate("typeof axe !== 'undefined'"))) await page.evaluate(AXE);
	const found = await page.evaluate(
		(tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }).then((r) => r.violations),
		TAGS,
	);
	return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help} – ${n.target.join(" ")} – ${n.failureSummary?.split("\n").slice(1).join(" ").trim()}`));
}

/**
 * The visits still to begin on the day list shown: address of the file, name, kind, follow-up. Those of simple
 * follow-up first: anybody may sign them and nothing else is due.
 */
export async function dayList(page) {
	const visits = await page.locator("#journee tbody tr", { hasText: "Commencer la visite" }).evaluateAll((rows) => rows.map((row) => ({
		file: row.querySelector("a[href^='/salaries/']").getAttribute("href"),
		name: row.cells[1].firstChild.textContent.trim(),
		kind: row.cells[3].textContent.trim(),
		category: row.cells[4].textContent.trim().split(/\s/)[0],
	})));
	assert.ok(visits.length, "the demonstration has visits for today");
	return visits.sort((a, b) => (b.category === "SI") - (a.category === "SI"));
}

/** The same, from anywhere. */
export async function planned(page) {
	await page.goto("/agenda");
	return dayList(page);
}

/** Begins the first visit of the day list, or the one given, from the file of its worker. */
export async function begin(page, visit) {
	const chosen = visit ?? (await planned(page))[0];
	await page.goto(chosen.file);
	await page.locator("form[action$='/demarrer'] button").click();
	await page.waitForURL("**/visites/*");
	return { ...chosen, address: new URL(page.url()).pathname };
}

/** Signs the visit shown, through its dialog. */
export async function sign(page) {
	await page.click("button:has-text('Signer et remettre')");
	await page.locator("dialog[open] button:has-text('Signer et remettre')").click();
	await page.waitForURL("**signee=oui");
}

/** Says that a text holds what it must, without printing the whole page when it does not. */
export function holds(text, wanted, why) {
	assert.ok(wanted.test(text), `${why ?? "the page lacks"}: ${wanted} in « ${text.slice(0, 600)} »`);
}

/** Space characters of French typography read as plain ones, for comparisons. */
export const plain = (text) => text.replace(/[\u00a0\u202f]/g, " ").replace(/\s+/g, " ").trim();

// One real visit from sign-in to document, by the keyboard and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, dayList, holds, open, pictured, plain, stage } from "./aide.mjs";

const at = stage();

/** A person who has no mouse: every act goes through here and is counted. */
class Hands {
	constructor(page) {
		this.page = page;
		this.keys = 0;
		this.letters = 0;
		this.steps = [];
	}

	async press(...keys) {
		for (const key of keys) {
			await this.page.keyboard.press(key);
			this.keys += 1;
		}
	}

	async type(text) {
		await this.page.keyboard.type(text, { delay: 15 });
		this.letters += text.length;
	}

	/** Tab until what has the focus fits. */
	async reach(selector, key = "Tab") {
		for (let i = 0; i < 120; i++) {
			await this.press(key);
			if (await this.page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
		}
		assert.fail(`the keyboard does not reach ${selector} on ${this.page.url()}`);
	}

	/** Does something that leads to another page. */
	async go(address, act) {
		await Promise.all([this.page.waitForURL(address), act()]);
		await this.page.waitForLoadState("load");
	}

	mark(what) {
		const before = this.steps.reduce((n, s) => ({ keys: n.keys + s.keys, letters: n.letters + s.letters }), { keys: 0, letters: 0 });
		this.steps.push({ what, keys: this.keys - before.keys, letters: this.letters - before.letters });
	}

	report() {
		for (const s of this.steps) console.log(`${s.what}: ${s.keys} keys, ${s.letters} letters typed`);
		console.log(`whole visit by keyboard: ${this.keys} keys, ${this.letters} letters typed`);
	}
}

const focused = (page) => page.evaluate(() => document.activeElement.matches(":focus-visible"));

/** The figure of the visits signed today, from the dashboard reached by the rail. */
async function signedToday(hands) {
	await hands.go("**/tableau", async () => {
		await hands.reach(".rail a[href='/tableau']");
		await hands.press("Enter");
	});
	const figure = hands.page.locator(".stat", { hasText: "Visites signées aujourd" });
	return Number(plain(await figure.locator(".stat-value").innerText()).replace(/\D/g, ""));
}

test("un médecin mène une visite de la connexion au document sans quitter le clavier", pictured(at, "parcours", async () => {
	const page = await open(at);
	await page.goto("/connexion");
	const hands = new Hands(page);

	// Sign in: the first field has the keyboard.
	await hands.type("medecin");
	await hands.press("Tab");
	await hands.type(PASSWORD);
	await hands.go("**/agenda", () => hands.press("Enter"));
	hands.mark("sign in");

	const [{ file, name }] = await dayList(page);
	const before = await signedToday(hands);
	hands.mark("figure before");

	// A few letters, in small letters and without accents, of the family name, which is written in capitals.
	const family = name.split(" ").filter((word) => word === word.toUpperCase()).join(" ");
	const given = name.split(" ")[0];
	await hands.press("/");
	await hands.type(`${family} ${given}`.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().slice(0, family.length + 3));
	const options = page.locator(".find [role=option]");
	await options.first().waitFor();
	await page.waitForFunction((href) => document.querySelector(`.find [role=option][data-href="${href}"]`), file);
	await hands.go(`**${file}`, async () => {
		for (let i = 0; i < 12; i++) {
			await hands.press("ArrowDown");
			const chosen = await page.locator(".find [aria-selected=true]").getAttribute("data-href");
			if (chosen === file) return hands.press("Enter");
		}
		assert.fail("the arrows do not reach the worker looked for");
	});
	hands.mark("find the file");
	holds(plain(await page.locator("main").innerText()), new RegExp(name));

	// The file says who, which follow-up and what is due; the visit begins from its head.
	await hands.go("**/visites/*", async () => {
		await hands.reach("form[action$='/demarrer'] button");
		assert.ok(await focused(page), "one sees where the keyboard is");
		await hands.press("Enter");
	});
	hands.mark("begin the visit");
	assert.equal(plain(await page.locator(".visite-titre .badge").innerText()), "En cours");

	// Proposals of the matrix: A keeps, R sets aside, arrows move.
	const lines = page.locator("[data-proposals] .proposal");
	const count = await lines.count();
	assert.ok(count >= 2, "the job of this worker has proposals");
	await hands.reach("[data-proposals] input");
	await hands.press("r");
	await hands.press("a");
	const said = page.locator("[data-etat]");
	const value = (n) => lines.nth(n).locator("input:checked").getAttribute("value");
	assert.equal(await value(0), "ecartee");
	assert.equal(await value(1), "retenue");
	await hands.press(...Array(count > 2 ? 2 : 1).fill("ArrowUp"));
	await hands.press("a");
	assert.equal(await value(0), "retenue");
	await page.waitForFunction(() => /Enregistré à/.test(document.querySelector("[data-etat]").textContent));
	hands.mark("examine the proposals");

	// One more exposure, found by a synonym or a beginning of a word.
	await hands.reach("#c-ajout");
	await hands.type("bruit");
	await page.locator(".term-box [role=option]").first().waitFor();
	const term = await page.locator(".term-box [role=option]").first().getAttribute("data-label");
	await hands.press("Enter");
	assert.equal(await page.inputValue("#c-ajout"), term);
	await hands.reach("button[name=ajouter]");
	await hands.go(/\/visites\/[^#]*#/, () => hands.press("Enter"));
	assert.ok(plain(await page.locator("#poste").innerText()).includes(plain(term)), "the exposure is on the visit");
	assert.equal(await value(0), "retenue", "what was decided before is still there");
	hands.mark("add an exposure");

	// A note, then measures in a row; what is out of the usual is said at once.
	await hands.reach("textarea");
	await hands.type("Va bien. Pas de plainte liée au travail.");
	await hands.reach("input[name=mesure_M101]");
	await hands.type("72,5");
	await hands.press("Enter");
	await hands.type("175");
	await hands.press("Enter");
	await hands.type("190");
	const remark = page.locator("#c-mesure_M201-usuel");
	assert.notEqual(plain(await remark.innerText()), "", "190 mmHg is said to be unusual");
	await hands.press("Enter");
	await hands.type("85");
	await page.waitForFunction(() => /Enregistré à/.test(document.querySelector("[data-etat]").textContent));
	assert.doesNotMatch(await said.innerText(), /Non enregistré/);
	hands.mark("note and measures");

	// The conclusion is read before it is signed.
	await hands.press("Control+Enter");
	const dialog = page.locator("dialog[open]");
	await dialog.waitFor();
	const words = plain(await dialog.innerText());
	holds(words, new RegExp(name));
	holds(words, /Prochaine visite : .*au plus tard le \d\d\/\d\d\/\d{4}/);
	holds(words, /Document remis : /);
	holds(words, /plus rien ne change/);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "Signer et remettre");
	await hands.go("**/visites/*signee=oui", () => hands.press("Enter"));
	hands.mark("sign");
	const journey = { keys: hands.keys, letters: hands.letters };

	// Signed: one document for each recipient, the next visit with its article.
	assert.equal(plain(await page.locator(".visite-titre .badge").innerText()), "Signée");
	const main = plain(await page.locator("main").innerText());
	holds(plain(await page.locator("#conclusion").innerText()), /Prochaine visite : .+ au plus tard le \d\d\/\d\d\/\d{4} \(.*[RL](\. )?4\d\d\d-/);
	assert.ok(main.includes("Va bien. Pas de plainte liée au travail."));
	holds(main, /72,5 kg/);
	const links = page.locator("#documents tbody tr");
	assert.equal(await links.count(), 3, "worker, employer, file");
	const kinds = (await links.evaluateAll((rows) => rows.map((r) => r.cells[1].textContent.trim()))).map(plain);
	assert.equal(new Set(kinds).size, 3, `three different recipients: ${kinds}`);
	await hands.reach("#documents a[href^='/documents/']");
	const signed = page.url();
	const [answer] = await Promise.all([page.waitForResponse(/\/documents\//), hands.press("Enter")]);
	assert.equal(answer.headers()["content-type"], "application/pdf");
	// The viewer keeps the bytes for itself: they are asked for once more.
	const paper = await (await page.request.get(answer.url())).body();
	assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
	assert.ok(paper.length > 5000);
	hands.mark("open a document");

	// The figures of the centre have moved.
	// Alt+Left belongs to the browser's own window, which does not exist here, and the PDF viewer detaches the page.
	await page.goto(signed);
	assert.equal(await signedToday(hands), before + 1);
	hands.mark("figure after");
	hands.report();
	console.log(`from sign-in to signature: ${journey.keys} keys, ${journey.letters} letters typed`);
}));

// What is typed stays: a tab closed in the middle, a service that stops, two people on one visit. And what is
// looked for comes at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, holds, open, pictured, plain, planned, sign, signIn, stage, watch } from "./aide.mjs";

const at = stage({ prepare });
/** A visit that is never signed, for all that only writes in it. */
let running;

async function prepare(at) {
	const page = await open(at);
	await signIn(page, "medecin");
	running = (await begin(page, (await planned(page)).at(-1))).address;
	await page.context().close();
}

/** The doctor in front of the running visit. */
async function inVisit() {
	const page = await open(at);
	await signIn(page, "medecin");
	await page.goto(running);
	return page;
}

const saved = (page) => page.waitForFunction(() => /^Enregistré à/.test(document.querySelector("[data-etat]").textContent));

test("quitter la visite au milieu ne perd rien, hors le champ en cours de frappe", pictured(at, "reprise", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const visit = await begin(page);
	await page.locator("[data-proposals] input[value=retenue]").first().check();
	await page.fill("textarea >> nth=0", "Lombalgies depuis un mois.");
	await page.fill("textarea >> nth=4", "Exercices remis.");
	await page.fill("input[name=mesure_M101]", "78,2");
	await page.check("input[name=mesures]");
	await page.fill("input[name=prochaine_choisie]", "01/09/2027");
	await page.press("input[name=prochaine_choisie]", "Tab");
	await saved(page);
	await page.waitForLoadState("networkidle");
	await page.locator("input[name=prochaine_motif]").pressSequentially("Suiv");
	// The browser is closed without a word.
	await page.close({ runBeforeUnload: false });

	const back = watch(at, await at.browser.contexts().at(-1).newPage());
	await back.goto("/agenda");
	await back.click(`a[href='${visit.address}']:has-text('Reprendre la visite')`);
	await back.waitForURL(`**${visit.address}`);
	assert.equal(await back.locator("[data-proposals] .proposal").first().locator("input:checked").getAttribute("value"), "retenue");
	assert.equal(await back.inputValue("textarea >> nth=0"), "Lombalgies depuis un mois.");
	assert.equal(await back.inputValue("textarea >> nth=4"), "Exercices remis.");
	assert.equal(await back.inputValue("input[name=mesure_M101]"), "78,2");
	assert.ok(await back.isChecked("input[name=mesures]"));
	holds(await back.inputValue("input[name=prochaine_choisie]"), /01\/09\/2027|2027-09-01/);
	// The file leads back to it as well.
	await back.goto(visit.file);
	assert.equal(await back.locator("a:has-text('Reprendre la visite en cours')").getAttribute("href"), visit.address);
}));

test("décocher et effacer se gardent aussi", pictured(at, "reprise-effacer", async () => {
	const page = await inVisit();
	await page.check("input[name=mesures]");
	await page.fill("input[name=mesure_M101]", "78");
	await page.fill("textarea >> nth=0", "À retirer.");
	await page.press("textarea >> nth=0", "Tab");
	await saved(page);
	await page.uncheck("input[name=mesures]");
	await page.fill("input[name=mesure_M101]", "");
	await page.fill("textarea >> nth=0", "");
	await page.press("textarea >> nth=0", "Tab");
	await page.waitForTimeout(700);
	await page.waitForLoadState("networkidle");
	await page.goto(running);
	assert.ok(!(await page.isChecked("input[name=mesures]")));
	assert.equal(await page.inputValue("input[name=mesure_M101]"), "");
	assert.equal(await page.inputValue("textarea >> nth=0"), "");
}));

test("ce qui a été retenu peut encore être écarté", pictured(at, "reprise-ecarter", async () => {
	const page = await inVisit();
	const line = page.locator("[data-proposals] .proposal").first();
	for (const decision of ["retenue", "ecartee"]) {
		await line.locator(`input[value=${decision}]`).check();
		await saved(page);
		await page.waitForLoadState("networkidle");
		await page.goto(running);
		assert.equal(await line.locator("input:checked").getAttribute("value"), decision);
	}
}));

test("une exposition relevée à une visite passée peut être écartée", pictured(at, "reprise-ecarter-ancienne", async () => {
	const page = await inVisit();
	const kept = page.locator("[data-proposals] .proposal:has(input[value=retenue]:checked)");
	if (!(await kept.count())) await begin(page);
	assert.ok(await kept.count(), "the history of the demonstration holds exposures of the matrix");
	const name = await kept.first().locator("input").first().getAttribute("name");
	await kept.first().locator("input[value=ecartee]").check();
	await saved(page);
	await page.waitForLoadState("networkidle");
	await page.reload();
	assert.equal(await page.locator(`input[name=${name}]:checked`).getAttribute("value"), "ecartee");
}));

test("une rubrique laissée vide ne paraît pas dans la visite signée", pictured(at, "reprise-vide", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	await begin(page);
	await page.fill("textarea >> nth=0", "Rien à dire.");
	await sign(page);
	const titles = await page.locator("#entretien h3").allInnerTexts();
	assert.deepEqual(titles.map(plain), ["Plaintes et symptômes"]);
}));

test("une valeur refusée est dite, et ce qui a été tapé reste", pictured(at, "reprise-refus", async () => {
	const page = await inVisit();
	await page.fill("input[name=mesure_M101]", "7820");
	await page.press("input[name=mesure_M101]", "Tab");
	await page.waitForFunction(() => /Non enregistré/.test(document.querySelector("[data-etat]").textContent));
	holds(plain(await page.locator("[data-etat]").innerText()), /Poids|kg|entre/);
	assert.equal(await page.inputValue("input[name=mesure_M101]"), "7820");
}));

test("un service arrêté puis revenu ne fait rien perdre", pictured(at, "reprise-panne", async () => {
	const page = await inVisit();
	await at.service.stop();
	await page.fill("textarea >> nth=0", "Tapé pendant la panne.");
	await page.press("textarea >> nth=0", "Tab");
	await page.waitForFunction(() => /ne répond pas/.test(document.querySelector("[data-etat]").textContent));
	await at.service.start();
	await saved(page);
	await page.goto(running);
	assert.equal(await page.inputValue("textarea >> nth=0"), "Tapé pendant la panne.");
	// What the browser says of the lost connection is no fault of the page.
	page.complaints = page.complaints.filter((c) => !/ERR_CONNECTION|Failed to fetch/.test(c));
}));

test("une exposition à un risque particulier découverte pendant la visite en fait un examen d'aptitude", pictured(at, "reprise-sir", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const visit = await begin(page);
	assert.equal(visit.category, "SI", "the doctor sees a worker of simple follow-up today");
	await page.locator("#c-ajout").pressSequentially("plomb");
	await page.locator(".term-box [role=option]").first().waitFor();
	await page.press("#c-ajout", "Enter");
	await page.click("button[name=ajouter]");
	await page.waitForURL("**#*");
	holds(plain(await page.locator(".file-head, main").first().innerText()), /SIR/);
	holds(plain(await page.locator("#motif").innerText()), /Ce salarié relève d.un suivi renforcé/);
	const saved = page.waitForResponse((answer) => answer.url().endsWith("/champ"));
	await page.selectOption("[name=type_visite]", "SIR_EMB");
	assert.equal((await saved).status(), 204);
	await sign(page);
	assert.equal(await page.locator("#documents tbody tr").count(), 3);
	holds(plain(await page.locator("#documents").innerText()), /aptitude/);
}));

/** The time from the last letter to the suggestions, in the browser's own clock: the middle of five. */
async function delay(page, field, words, option) {
	const times = [];
	for (const text of words) {
		await page.fill(field, "");
		await page.locator(option).first().waitFor({ state: "hidden" });
		await page.locator(field).pressSequentially(text.slice(0, -1), { delay: 30 });
		await page.waitForTimeout(600);
		const seen = page.evaluate(([field, option]) => new Promise((resolve) => {
			const input = document.querySelector(field);
			input.addEventListener("input", () => {
				const from = performance.now();
				new MutationObserver((_, o) => {
					const pop = document.querySelector(option)?.closest(".pop");
					if (pop && !pop.hidden && pop.querySelector("[role=option]")) {
						o.disconnect();
						resolve(performance.now() - from);
					}
				}).observe(input.parentElement, { childList: true, subtree: true, attributes: true });
			}, { once: true });
		}), [field, option]);
		await page.locator(field).pressSequentially(text.at(-1));
		times.push(await seen);
	}
	return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

test("les propositions paraissent en moins de 300 ms", pictured(at, "reprise-delais", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const search = await delay(page, "#recherche", ["mart", "dupo", "leg", "roy", "meun"], ".find [role=option]");
	await page.goto(running);
	const term = await delay(page, "#c-ajout", ["plo", "brui", "vib", "char", "pous"], ".term-box [role=option]");
	console.log(`suggestions: search ${search.toFixed(0)} ms, thesaurus ${term.toFixed(0)} ms after the last letter`);
	assert.ok(search < 300, `search: ${search} ms`);
	assert.ok(term < 300, `thesaurus: ${term} ms`);
}));

test("deux personnes sur une même visite : la seconde apprend que la première a signé", pictured(at, "reprise-deux", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const visit = await begin(page);
	const other = watch(at, await page.context().newPage());
	await other.goto(visit.address);
	await sign(page);
	await other.fill("textarea >> nth=0", "Trop tard.");
	await other.press("textarea >> nth=0", "Tab");
	await other.waitForFunction(() => /Non enregistré/.test(document.querySelector("[data-etat]").textContent));
	holds(plain(await other.locator("[data-etat]").innerText()), /signée/);
}));

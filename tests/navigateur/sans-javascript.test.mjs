// The same visit for who has no JavaScript: links, forms, and pages that ask what a dialog would ask.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, holds, open, pictured, plain, planned, signIn, stage } from "./aide.mjs";

const at = stage();

async function follow(page, locator) {
	await Promise.all([page.waitForNavigation(), locator.click()]);
}

async function signedToday(page) {
	await follow(page, page.locator(".rail a[href='/tableau']"));
	const figure = page.locator(".stat", { hasText: "Visites signées aujourd" }).locator(".stat-value");
	return Number((await figure.innerText()).replace(/\D/g, ""));
}

test("la visite se mène et se signe sans JavaScript", pictured(at, "sans-javascript", async () => {
	const page = await open(at, { javaScriptEnabled: false });
	await signIn(page, "medecin");
	const visit = (await planned(page))[0];
	const before = await signedToday(page);

	// Search is a form that leads to a page of results.
	await page.fill("#recherche", visit.name.toLowerCase());
	await Promise.all([page.waitForNavigation(), page.press("#recherche", "Enter")]);
	await follow(page, page.locator(`main a[href='${visit.file}']`));
	await follow(page, page.locator("form[action$='/demarrer'] button"));
	const address = page.url();

	// Keep and stay: what is typed is there when the page comes back.
	const line = page.locator("[data-proposals] .proposal").first();
	await line.locator("input[value=retenue]").check();
	await page.fill("textarea >> nth=0", "Mal de dos le soir.");
	await page.fill("input[name=mesure_M101]", "81,4");
	await follow(page, page.getByRole("button", { name: "Enregistrer sans signer" }));
	assert.equal(page.url(), address);
	assert.equal(await page.inputValue("textarea >> nth=0"), "Mal de dos le soir.");
	assert.equal(await page.inputValue("input[name=mesure_M101]"), "81,4");
	assert.equal(await line.locator("input:checked").getAttribute("value"), "retenue");

	// An exposure by its words: the page comes back with the terms found, and one is chosen.
	await page.fill("#c-ajout", "bruit");
	await follow(page, page.getByRole("button", { name: "Ajouter l'exposition" }));
	const found = page.locator("label.pick", { has: page.locator("input[name=ajout_choix]") });
	assert.ok((await found.count()) > 0, "the terms found are offered");
	holds(plain(await page.locator("#erreurs").innerText()), /Choisissez le terme/);
	assert.equal(await page.inputValue("textarea >> nth=0"), "Mal de dos le soir.");
	const term = plain(await found.first().innerText());
	await found.first().locator("input").check();
	await follow(page, page.getByRole("button", { name: "Ajouter l'exposition" }));
	holds(plain(await page.locator("#poste").innerText()), new RegExp(term.replace(/[^\p{L} ]/gu, ".")));

	// A wrong measure is refused beside its field, and the rest is kept.
	await page.fill("input[name=mesure_M101]", "beaucoup");
	await page.fill("textarea >> nth=1", "Appendicite en 1998.");
	await follow(page, page.getByRole("button", { name: "Signer et remettre" }));
	assert.equal(await page.inputValue("input[name=mesure_M101]"), "beaucoup");
	assert.equal(await page.getAttribute("input[name=mesure_M101]", "aria-invalid"), "true");
	assert.equal(await page.inputValue("textarea >> nth=1"), "Appendicite en 1998.");
	assert.equal(await page.locator("#erreurs a[href='#c-mesure_M101']").count(), 1);

	// Signing asks on a page of its own.
	await page.fill("input[name=mesure_M101]", "81,4");
	await follow(page, page.getByRole("button", { name: "Signer et remettre" }));
	holds(page.url(), /\/signature$/);
	const words = plain(await page.locator(".lecture").innerText());
	holds(words, new RegExp(visit.name));
	holds(words, /Prochaine visite : .*au plus tard le \d\d\/\d\d\/\d{4}/);
	await follow(page, page.getByRole("button", { name: "Signer et remettre" }));
	holds(page.url(), /signee=oui$/);
	assert.equal(await page.locator("#documents tbody tr").count(), 3);
	const paper = await page.request.get(await page.locator("#documents a").first().getAttribute("href"));
	assert.equal(paper.headers()["content-type"], "application/pdf");
	assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
	assert.equal(await signedToday(page), before + 1);
}));

test("Entrée dans un champ n'efface pas ce qui a été tapé", pictured(at, "sans-javascript-entree", async () => {
	const page = await open(at, { javaScriptEnabled: false });
	await signIn(page, "medecin");
	const { address } = await begin(page);
	await page.fill("textarea >> nth=0", "Fatigue en fin de semaine.");
	await page.fill("input[name=mesure_M101]", "64");
	await Promise.all([page.waitForNavigation(), page.press("input[name=mesure_M101]", "Enter")]);
	await page.goto(address);
	assert.equal(await page.inputValue("textarea >> nth=0"), "Fatigue en fin de semaine.");
	assert.equal(await page.inputValue("input[name=mesure_M101]"), "64");
}));

test("un terme que le thésaurus ne connaît pas laisse la page telle qu'elle était", pictured(at, "sans-javascript-terme", async () => {
	const page = await open(at, { javaScriptEnabled: false });
	await signIn(page, "medecin");
	await begin(page);
	await page.fill("textarea >> nth=0", "Aucune plainte.");
	await page.fill("#c-ajout", "zzzzzz");
	await follow(page, page.getByRole("button", { name: "Ajouter l'exposition" }));
	holds(plain(await page.locator("main").innerText()), /Aucun terme ne correspond/);
	assert.equal(await page.inputValue("textarea >> nth=0"), "Aucune plainte.");
}));

test("le titre court de la page et le retour suffisent à se retrouver", pictured(at, "sans-javascript-pages", async () => {
	const page = await open(at, { javaScriptEnabled: false });
	await signIn(page, "medecin");
	for (const link of await page.locator(".rail a").evaluateAll((links) => links.map((a) => a.getAttribute("href")))) {
		await page.goto(link);
		assert.equal(await page.locator("h1").count(), 1, `${link} has one title`);
		assert.ok(plain(await page.locator("main").innerText()).length > 100, `${link} says something without scripts`);
	}
}));

// Who sees what: the same addresses, other people.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, holds, open, pictured, plain, planned, sign, signIn, stage, watch } from "./aide.mjs";

const at = stage();

const text = async (page, selector = "main") => plain(await page.locator(selector).innerText());

/** A file with a signed visit, notes and measures, as its doctor left it. */
async function signedFile(page) {
	await signIn(page, "medecin");
	const visit = await begin(page);
	await page.fill("textarea >> nth=0", "Céphalées matinales.");
	await page.fill("input[name=mesure_M101]", "93,7");
	await sign(page);
	const document = await page.locator("#documents a").first().getAttribute("href");
	const exposures = await page.goto(visit.file).then(() => page.locator("#expositions tbody tr").evaluateAll((rows) => rows.map((r) => r.cells[0].textContent.trim())));
	return { ...visit, document, exposures };
}

test("la secrétaire lit l'identité et les rendez-vous, et pas une donnée de santé", pictured(at, "secretaire", async () => {
	const doctor = await open(at);
	const visit = await signedFile(doctor);
	const page = await open(at);
	await signIn(page, "secretaire");
	await page.goto(visit.file);
	const shown = await text(page);
	holds(shown, new RegExp(visit.name));
	for (const title of ["Dernière visite", "Expositions relevées", "Mesures", "Documents remis"]) holds(shown, new RegExp(title));
	holds(shown, /réservé|n'est ouvert|qu'aux professionnels de santé/);
	const source = await page.content();
	for (const secret of ["Céphalées", "93,7", "inhabituelle", ...visit.exposures]) {
		assert.ok(!source.includes(secret), `« ${secret} » is not for the secretary`);
	}
	assert.equal(await page.locator("main a[href^='/documents/'], main a[href^='/visites/']").count(), 0);
	// What a visit concluded, and which risk is behind a follow-up, belongs to the record too.
	assert.ok(!/mesures individuelles|réorient|sans mesure/.test(plain(source)));

	const paper = await page.goto(visit.document);
	assert.equal(paper.status(), 403);
	holds(await text(page), /professionnels de santé/);
	assert.ok(await page.locator("main a.btn").count(), "a refused page says where to go");
}));

test("les pages d'une visite se ferment à la secrétaire avec une phrase", pictured(at, "secretaire-visite", async () => {
	const doctor = await open(at);
	await signIn(doctor, "medecin");
	const { address } = await begin(doctor);
	const page = await open(at);
	await signIn(page, "secretaire");
	for (const part of ["", "/signature", "/conclusion"]) {
		const answer = await page.goto(address + part);
		assert.equal(answer.status(), 403, part);
		assert.equal(await page.locator("h1").count(), 1);
	}
}));

test("la direction ne cherche ni n'ouvre un salarié, et le lit en clair", pictured(at, "direction", async () => {
	const doctor = await open(at);
	await signIn(doctor, "medecin");
	const visit = (await planned(doctor))[0];
	const page = await open(at);
	await signIn(page, "direction");
	const answer = await page.goto(visit.file);
	assert.equal(answer.status(), 403);
	const shown = await text(page);
	holds(shown, /équipe qui le suit/);
	assert.ok(!shown.includes(visit.name) && !(await page.content()).includes(visit.name.split(" ").at(-1)));
	assert.equal(await page.locator(".rail a[href='/salaries'], .rail a[href='/agenda']").count(), 0);

	await page.fill("#recherche", visit.name.split(" ").at(-1).toLowerCase());
	await page.press("#recherche", "Enter");
	await page.waitForURL("**/recherche*");
	assert.equal(await page.locator("a[href^='/salaries/']").count(), 0);
	for (const address of ["/salaries", "/agenda", "/salaries/nouveau"]) {
		assert.equal((await page.goto(address)).status(), 403, address);
	}
	// Its own pages are open.
	for (const address of ["/adherents", "/tableau"]) assert.equal((await page.goto(address)).status(), 200, address);
}));

test("une page qui n'existe pas le dit et ramène quelque part", pictured(at, "absente", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	for (const address of ["/nulle-part", "/salaries/inconnu", "/visites/inconnue", "/documents/inconnu", "/adherents/inconnu", "/thesaurus/inconnu"]) {
		const answer = await page.goto(address);
		assert.equal(answer.status(), 404, address);
		const shown = await text(page);
		assert.ok(shown.length > 40 && !/error|sql|panic|null|undefined/i.test(shown), `${address}: ${shown}`);
		assert.ok(await page.locator("main a").count(), `${address} leads somewhere`);
	}
}));

test("un infirmier ne signe jamais un examen d'aptitude", pictured(at, "infirmier", async () => {
	const doctor = await open(at);
	await signIn(doctor, "medecin");
	const visit = (await planned(doctor)).find((v) => v.category === "SIR" && /aptitude/.test(v.kind));
	assert.ok(visit, "the doctor has an examination of a reinforced follow-up today");
	const page = await open(at);
	await signIn(page, "infirmier");
	await page.goto(visit.file);
	const aptitude = page.locator("select[name=type] option", { hasText: /^Examen (médical )?d.aptitude périodique|Examen médical d.aptitude périodique/ });
	await page.selectOption("select[name=type]", await aptitude.first().getAttribute("value"));
	await page.click("#nouvelle-visite button");
	await page.waitForURL("**/visites/*");
	holds(await text(page), /Vous ne pouvez pas signer cette visite/);
	assert.equal(await page.locator("input[name=mesures]").count(), 0, "individual measures are the doctor's");
	const address = new URL(page.url()).pathname;
	await page.click("button:has-text('Signer et remettre')");
	const dialog = page.locator("dialog[open]");
	await dialog.locator("button:has-text('Signer et remettre')").click();
	await page.waitForLoadState();
	await page.locator("#erreurs, .alert.retard").first().waitFor();
	holds(await text(page), /médecin/);
	await page.goto(address);
	assert.equal(plain(await page.locator(".visite-titre .badge").innerText()), "En cours");
	assert.equal(await page.locator("#documents").count(), 0);
}));

test("après la déconnexion, plus rien ne s'ouvre, même par le retour du navigateur", pictured(at, "deconnexion", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const visit = (await planned(page))[0];
	await page.goto(visit.file);
	await page.click("button:has-text('Se déconnecter')");
	await page.waitForURL("**/connexion");
	await page.goBack();
	assert.ok(!(await page.content()).includes(visit.name), "the page before is not kept by the browser");
	await page.goto(visit.file);
	holds(page.url(), /\/connexion/);
	assert.ok(!(await page.content()).includes(visit.name));
	// Signing in again leads back to where one was going.
	await page.fill("input[name=identifiant]", "medecin");
	await page.fill("input[name=mot_de_passe]", "demonstration-2026");
	await page.keyboard.press("Enter");
	await page.waitForURL(`**${visit.file}`);
}));

test("un formulaire venu d'ailleurs ou d'une session finie ne change rien", pictured(at, "formulaire", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const visit = (await planned(page))[0];
	await page.goto(visit.file);
	const action = await page.locator("form[action$='/demarrer']").getAttribute("action");

	// Without its token: refused in words, and the visit has not begun.
	const forged = await page.request.post(action, { form: { _csrf: "faux" } });
	assert.equal(forged.status(), 403);
	holds(plain(await forged.text()), /expiré/);
	const another = await open(at);
	await signIn(another, "secretaire");
	const token = await another.locator("input[name=_csrf]").first().inputValue();
	assert.equal((await page.request.post(action, { form: { _csrf: token } })).status(), 403);
	await page.goto(visit.file);
	assert.equal(await page.locator("form[action$='/demarrer']").count(), 1);

	// Signed out in another tab: the form leads to the door, and says nothing of the file.
	const tab = watch(at, await page.context().newPage());
	await tab.goto("/");
	await tab.click("button:has-text('Se déconnecter')");
	await tab.waitForURL("**/connexion");
	await page.click("form[action$='/demarrer'] button");
	await page.waitForURL("**/connexion*");
	await signIn(page, "medecin");
	await page.goto(visit.file);
	assert.equal(await page.locator("form[action$='/demarrer']").count(), 1, "the visit has not begun");
}));

test("un mauvais mot de passe est refusé sans dire lequel des deux est faux", pictured(at, "connexion", async () => {
	const page = await open(at);
	const said = [];
	for (const login of ["medecin", "personne"]) {
		await page.goto("/connexion");
		await page.fill("input[name=identifiant]", login);
		await page.fill("input[name=mot_de_passe]", "pas-le-bon");
		await page.click("button:has-text('Se connecter')");
		await page.locator(".alert").waitFor();
		said.push(await text(page, ".alert"));
		assert.equal(await page.inputValue("input[name=identifiant]"), login);
		assert.equal(await page.inputValue("input[name=mot_de_passe]"), "");
	}
	assert.equal(said[0], said[1]);
}));

// The common language from end to end: a delivery loaded, compared, put in use and taken back; a search by the keyboard
// alone; a federation that publishes and a service that subscribes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { PASSWORD, Service, holds, open, pictured, plain, signIn, stage, temporary, tronc } from "./aide.mjs";

const at = stage({ make: () => Service.federation(), prepare });
const service = {};
const SIREN = "732829320";
after(() => service.running?.stop());

/** The service that subscribes: an installation of its own, with somebody to administer it. */
async function prepare() {
	const dir = temporary();
	await tronc(dir, ["service", "set", "--name", "Service abonné", "--siren", SIREN, "--address", "1 quai du Test", "--phone", "0254000000", "--email", "accueil@abonne.invalid"]);
	await tronc(dir, ["service", "add-centre", "--name", "Centre du Quai", "--address", "1 quai du Test"]);
	await tronc(dir, ["user", "add", "--login", "informatique", "--first-name", "Lou", "--name", "Perrin", "--role", "informatique"], `${PASSWORD}\n`);
	service.running = await new Service(dir, "serve").start();
}

const main = async (page) => plain(await page.locator("main").innerText());
const figure = async (page, label) => Number(plain(await page.locator(".stat", { hasText: label }).locator(".stat-value").innerText()).replace(/\D/g, ""));
const press = async (page, text) => {
	await page.locator("main").getByRole("button", { name: text }).click();
	await page.waitForLoadState("load");
};
/** A look at a federation goes on by itself: the page tells how it ended. */
const until = async (page, wanted) => {
	for (let i = 0; i < 60; i++) {
		if (wanted.test(plain(await page.locator("main").innerText()))) return;
		await page.waitForTimeout(250);
		await page.reload();
	}
	holds(await main(page), wanted);
};
/** What is offered at entry for these words. */
const offered = async (page, list, words) => (await page.request.get(`/thesaurus/${list}/suggestions?q=${encodeURIComponent(words)}`)).text();

test("une livraison se charge par le formulaire, se compare, se met en service et se retire", pictured(at, "langage-livraison", async () => {
	const page = await open(at);
	await signIn(page, "informatique");
	const former = await (await page.request.get("/thesaurus/expositions/export?format=livre")).text();
	const next = former.replaceAll("Bruit", "Ambiance sonore");
	assert.notEqual(next, former);

	await page.goto("/thesaurus");
	await page.click("main a:has-text('Charger une livraison')");
	await page.selectOption("[name=liste]", "expositions");
	// It takes the place of a starter list: what that one says of itself is not taken over.
	await page.fill("[name=titre]", "Expositions professionnelles");
	await page.fill("[name=gestionnaire]", "Fédération");
	assert.equal(await page.isChecked("[name=activer]"), false, "nothing is put in use unseen");
	const file = (text) => page.setInputFiles("[name=fichier]", { name: "expositions-2027.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

	// A version that has no name, then a file that is damaged: told beside the field, nothing loaded.
	await file(next);
	await press(page, "Charger la livraison");
	holds(await main(page), /Indiquez la version/);
	assert.equal(await page.evaluate(() => document.activeElement.id), "erreurs", "what is wrong has the keyboard");
	await page.fill("[name=version]", "2027");
	await file(`${next}X1;"ouvert\n`);
	await press(page, "Charger la livraison");
	holds(await main(page), /un guillemet n'est pas refermé/);
	assert.equal(await page.inputValue("[name=version]"), "2027", "what was typed is still there");
	await file(next);
	await press(page, "Charger la livraison");
	await page.waitForURL("**/livraison?version=2027");
	holds(await main(page), /pas en service/);
	assert.doesNotMatch(await offered(page, "expositions", "ambiance sonore"), /Ambiance sonore/);

	// What changes, and whom it touches.
	await page.click("main a:has-text('Comparer et mettre en service')");
	holds(await main(page), /Mettre en service la version 2027/);
	assert.ok(await figure(page, "Enregistrements touchés") > 0, "the demonstration has exposures to noise");
	assert.ok(await figure(page, "Salariés touchés") > 0);
	assert.ok(await figure(page, "Utilisateurs touchés") > 0);
	holds(plain(await page.locator("#changements").innerText()), /Ambiance sonore/);
	const workbook = await page.request.get(await page.locator("#changements a[href*='export']").getAttribute("href"));
	assert.equal((await workbook.body()).subarray(0, 2).toString(), "PK");

	await press(page, "Mettre en service");
	await page.waitForURL((url) => url.pathname === "/thesaurus/expositions");
	assert.match(await offered(page, "expositions", "ambiance sonore"), /data-label="Ambiance sonore/);

	// And back, from the page of the list.
	await page.locator("#versions a", { hasText: "Comparer et mettre en service" }).first().click();
	await press(page, "Mettre en service");
	await page.waitForURL((url) => url.pathname === "/thesaurus/expositions");
	assert.doesNotMatch(await offered(page, "expositions", "ambiance sonore"), /data-label="Ambiance sonore/);
	assert.match(await offered(page, "expositions", "bruit"), /data-label="Bruit/);
	const delivered = await page.request.get("/thesaurus/expositions/export?version=2027&format=livre");
	assert.equal(await delivered.text(), next, "the other version stays, to the byte");
}));

test("un médecin cherche, parcourt et choisit ses favoris sans quitter le clavier", pictured(at, "langage-clavier", async () => {
	const page = await open(at);
	await signIn(page, "medecin");
	const reach = async (wanted) => {
		for (let i = 0; i < 150; i++) {
			await page.keyboard.press("Tab");
			const there = await page.evaluate((text) => {
				const e = document.activeElement;
				return e.matches("a, button, input") && (e.matches(text.selector ?? "*")) && (!text.words || e.textContent.includes(text.words));
			}, wanted);
			if (there) {
				assert.ok(await page.evaluate(() => document.activeElement.matches(":focus-visible")), "one sees where the keyboard is");
				return;
			}
		}
		assert.fail(`the keyboard does not reach ${JSON.stringify(wanted)} on ${page.url()}`);
	};
	const enter = async (address) => {
		await Promise.all([page.waitForURL(address), page.keyboard.press("Enter")]);
		await page.waitForLoadState("load");
	};
	await reach({ selector: ".rail a[href='/thesaurus']" });
	await enter("**/thesaurus");
	await reach({ selector: "main a[href='/thesaurus/expositions']" });
	await enter("**/thesaurus/expositions");

	// By words, with a fault and no accent: the answers replace the tree while one types.
	await reach({ selector: "main input[name=q]" });
	await page.keyboard.type("saturnime", { delay: 20 });
	await page.locator("#termes a", { hasText: "Plomb" }).first().waitFor();
	await reach({ selector: "#termes a", words: "Plomb" });
	await enter("**/thesaurus/expositions?parent=*");
	holds(await main(page), /Vie du terme/);
	const label = plain(await page.locator("h1").innerText());
	await reach({ selector: "main button", words: "Ajouter à mes favoris" });
	await page.keyboard.press("Enter");
	await page.locator("main button:has-text('Retirer de mes favoris')").waitFor();
	await reach({ selector: "main a", words: "Voir les favoris de cette liste" });
	await enter("**/favoris");
	assert.ok((await main(page)).includes(label), "the favourite is in the list");

	// By the tree: from the list down to a term, and up again by the path.
	await page.goto("/thesaurus/expositions");
	let depth = 0;
	for (; depth < 8; depth++) {
		const href = await page.locator("#termes td a, #termes th a").first().getAttribute("href", { timeout: 1000 }).catch(() => null);
		if (!href) break;
		await reach({ selector: `#termes a[href='${href}']` });
		await enter(`**${href.replace("?", "\\?")}`);
	}
	assert.ok(depth >= 2, `a term lies under another one: ${depth} levels went down`);
	await reach({ selector: "nav a[href='/thesaurus/expositions']" });
	await enter("**/thesaurus/expositions");

	// At entry the favourite comes first, before anything is typed.
	const first = await offered(page, "expositions", "");
	assert.ok(plain(first).indexOf(label) > 0, "the favourite is proposed before a word is typed");
}));

test("une fédération publie une version signée, un service s'abonne, compare, bascule et revient", pictured(at, "langage-federation", async () => {
	const page = await open(at);
	await signIn(page, "informatique");
	await page.goto("/thesaurus");
	await page.click("main a:has-text('Publications')");
	holds(await main(page), new RegExp(at.service.publicKey));
	await page.locator("main a:has-text('Ouvrir un brouillon')").first().click();
	await page.selectOption("[name=liste]", "types-contrat");
	await page.fill("[name=version]", "2027");
	await press(page, "Ouvrir le brouillon");
	await page.waitForURL("**/publications/brouillons/*");
	const draft = page.url();
	holds(await main(page), /Le brouillon est identique à la version de départ/);
	holds(plain(await page.locator("#publier").innerText()), /Corrigez d'abord/);

	// A label changes with a reason, never without.
	await page.locator("#termes-trouves a").first().click();
	const before = await page.inputValue("[name=label]");
	const after = `${before} (libellé précisé)`;
	await page.fill("[name=label]", after);
	await press(page, "Changer le libellé");
	assert.equal(await page.inputValue("[name=label]"), after, "what was typed is still there");
	assert.ok(await page.locator("#c-motif-renommer-erreur").isVisible(), "the reason is asked for");
	await page.fill("[name=motif-renommer]", "Demande de trois services");
	await press(page, "Changer le libellé");
	assert.equal(plain(await page.locator("h1").innerText()), plain(after));
	await page.goto(draft);
	holds(plain(await page.locator("#changements").innerText()), /libellé précisé/);
	holds(plain(await page.locator("#histoire").innerText()), /Demande de trois services/);
	await press(page, "Signer et publier");
	await page.waitForURL(/\/publications\/[^/]+$/);

	// The files are those that the page says, to the byte.
	const files = await page.locator("#fichiers tbody tr").evaluateAll((rows) => rows.map((r) => ({
		href: r.querySelector("a").getAttribute("href"), bytes: Number(r.cells[1].textContent.replace(/\D/g, "")), sha256: r.cells[2].textContent.trim(),
	})));
	assert.ok(files.length >= 8, `the delivery has its formats: ${files.length}`);
	for (const { href, bytes, sha256 } of files) {
		const body = await (await page.request.get(href)).body();
		assert.equal(body.length, bytes, href);
		assert.equal(createHash("sha256").update(body).digest("hex"), sha256, href);
	}
	assert.ok(files.some((f) => f.href.endsWith(".pdf")) && files.some((f) => f.href.endsWith(".xlsx")));
	const [paper] = await Promise.all([page.waitForEvent("download"), page.locator("#fichiers a[href$='.csv']").first().click()]);
	assert.match(paper.suggestedFilename(), /types-contrat-2027\.csv/);

	// The service, elsewhere, takes it.
	const other = await open(at, { baseURL: service.running.url });
	await signIn(other, "informatique");
	await other.goto("/abonnements");
	await other.fill("[name=adresse]", "http://federation.example");
	await other.fill("[name=cle]", at.service.publicKey);
	await press(other, "S'abonner");
	holds(await main(other), /Elle commence par https/);
	await other.fill("[name=adresse]", at.service.url);
	await press(other, "S'abonner");
	holds(await main(other), /Rien n'a été reçu/);
	await press(other, "Chercher les nouveautés");
	await until(other, /types-contrat/);
	const row = other.locator("main tbody tr", { hasText: "types-contrat" });
	holds(plain(await row.innerText()), /2027.*authentique/);
	assert.doesNotMatch(await offered(other, "types-contrat", before), /libellé précisé/);
	await row.locator("a").click();
	holds(plain(await other.locator("#changements").innerText()), /libellé précisé/);
	assert.equal(await figure(other, "Enregistrements touchés"), 0, "nobody has recorded anything here");
	await press(other, "Mettre en service");
	assert.match(await offered(other, "types-contrat", before), /libellé précisé/);
	await other.locator("#versions a", { hasText: "Comparer et mettre en service" }).first().click();
	await press(other, "Mettre en service");
	assert.doesNotMatch(await offered(other, "types-contrat", before), /libellé précisé/);
	await other.goto("/thesaurus/verification");
	await press(other, "Vérifier maintenant");
	holds(await main(other), /conforme à ses livraisons/);

	// The federation no longer answers: said on the page, and everything stays.
	await at.service.stop();
	await other.goto("/abonnements");
	await press(other, "Chercher les nouveautés");
	await until(other, /ne répond pas/);
	await at.service.start();
}));

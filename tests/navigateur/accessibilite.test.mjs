// Every page, in light and dark, on a desk and on a tablet: axe finds nothing, each field has its visible label,
// nothing runs off the side, and the page is light.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, Service, begin, open, pictured, planned, sign, signIn, stage, violations } from "./aide.mjs";

const at = stage({ make: () => Service.federation(), prepare });
const SIZES = [{ width: 1280, height: 720 }, { width: 820, height: 1180 }];
const LIGHT_AS_A_PAGE = 150_000;
const weights = [];

/** Pages of each role, once the visits below have been made. `own` is filled in by the visits. */
const own = {};
const PAGES = [
	["connexion", null, "/connexion"],
	["agenda", "medecin", "/agenda"],
	["agenda-vide", "medecin", "/agenda?jour=2026-01-01"],
	["porte", "medecin", "/agenda/porte"],
	["recherche-vide", "medecin", "/recherche?q=zzzzzz"],
	["recherche", "medecin", "/recherche?q=ma"],
	["salaries", "medecin", "/salaries"],
	["salaries-trouves", "medecin", "/salaries?q=ma"],
	["salarie-nouveau", "medecin", "/salaries/nouveau"],
	["dossier", "medecin", () => own.file],
	["identite", "medecin", () => `${own.file}/identite`],
	["identite-corriger", "medecin", () => `${own.file}/identite/corriger`],
	["dossier-ferme", "secretaire", () => own.file],
	["visite-prevue", "medecin", () => own.planned],
	["visite-en-cours", "medecin", () => own.running],
	["visite-relue", "medecin", () => `${own.running}/signature`],
	["visite-signee", "medecin", () => `${own.signed}?signee=oui`],
	["visite-infirmier", "infirmier", () => own.running],
	["etablissement", "medecin", () => own.establishment],
	["adherents", "medecin", "/adherents"],
	["adherent", "medecin", () => own.company],
	["adherent-nouveau", "secretaire", "/adherents/nouveau"],
	["tableau", "medecin", "/tableau"],
	["tableau-lignes", "medecin", () => own.rows],
	["thesaurus", "medecin", "/thesaurus"],
	["thesaurus-liste", "medecin", "/thesaurus/expositions"],
	["thesaurus-terme", "medecin", () => own.term],
	["thesaurus-trouves", "medecin", "/thesaurus/expositions?q=plomb"],
	["thesaurus-rien", "medecin", "/thesaurus/expositions?q=zzzzzz"],
	["thesaurus-favoris", "medecin", "/thesaurus/expositions/favoris"],
	["thesaurus-favoris-vide", "medecin", "/thesaurus/types-contrat/favoris"],
	["thesaurus-metiers", "medecin", "/thesaurus/matrices/meep-depart"],
	["thesaurus-metier", "medecin", () => own.trade],
	["thesaurus-comparer", "medecin", "/thesaurus/expositions/comparer?a=essai-2027"],
	["thesaurus-controle", "medecin", "/thesaurus/controle"],
	["thesaurus-gestion", "informatique", "/thesaurus"],
	["thesaurus-liste-gestion", "informatique", "/thesaurus/expositions"],
	["thesaurus-terme-gestion", "informatique", () => own.term],
	["thesaurus-en-attente", "informatique", "/thesaurus/expositions?version=essai-2027"],
	["thesaurus-bascule", "informatique", "/thesaurus/expositions/comparer?a=essai-2027"],
	["thesaurus-livraison", "informatique", "/thesaurus/expositions/livraison?version=essai-2027"],
	["thesaurus-charger", "informatique", "/thesaurus/charger"],
	["thesaurus-verification", "informatique", "/thesaurus/verification"],
	["thesaurus-locales", "informatique", "/thesaurus/expositions/locales"],
	["thesaurus-locales-vide", "informatique", "/thesaurus/types-contrat/locales"],
	["thesaurus-metier-gestion", "informatique", () => own.trade],
	["publications", "informatique", "/publications"],
	["publications-medecin", "medecin", "/publications"],
	["brouillon-nouveau", "informatique", "/publications/brouillons/nouveau"],
	["brouillon", "informatique", () => own.draft],
	["brouillon-terme", "informatique", () => own.draftTerm],
	["brouillon-ajout", "informatique", () => `${own.draft}/ajout`],
	["publication", "informatique", () => own.publication],
	["abonnements", "informatique", "/abonnements"],
	["veille", "medecin", "/veille"],
	["veille-informatique", "informatique", "/veille"],
	["veille-nouvelle", "medecin", "/veille/nouvelle"],
	["veille-demande", "medecin", () => own.request],
	["veille-ecarts", "medecin", "/veille/ecarts"],
	["regles", "medecin", "/regles"],
	["recette", "medecin", "/recette"],
	["imports", "secretaire", "/imports"],
	["import-nouveau", "secretaire", "/imports/nouveau"],
	["absente", "medecin", "/nulle-part", 404],
	["refusee", "direction", "/salaries", 403],
];
const people = {};

/** Signs each person in once. */
async function prepare(at) {
	for (const login of ["medecin", "infirmier", "secretaire", "direction", "informatique"]) {
		const page = await open(at);
		await signIn(page, login);
		people[login] = await page.context().storageState();
		if (login === "medecin") await visits(page);
		if (login === "informatique") await releases(page);
		await page.context().close();
	}
}

/** One visit signed, one running, one planned, and the addresses of what lies around. */
async function visits(page) {
	const [first, second, third] = await planned(page);
	own.signed = (await begin(page, first)).address;
	await page.fill("textarea >> nth=0", "Pas de plainte.");
	await page.fill("input[name=mesure_M101]", "70");
	await sign(page);
	own.running = (await begin(page, second)).address;
	await page.fill("input[name=mesure_M201]", "190");
	await page.goto(third.file);
	own.file = third.file;
	own.planned = (await page.locator("form[action$='/demarrer']").first().getAttribute("action")).replace("/demarrer", "");
	own.establishment = await page.locator("a[href^='/etablissements/']").first().getAttribute("href");
	const firstOf = async (address, selector) => {
		await page.goto(address);
		return page.locator(selector).first().getAttribute("href");
	};
	own.company = await firstOf("/adherents", "main a[href^='/adherents/']:not([href$='/nouveau'])");
	own.rows = await firstOf("/tableau", "main a[href^='/tableau/lignes']");
	own.term = await firstOf("/thesaurus/expositions", "main a[href*='parent=']");
	own.trade = await firstOf("/thesaurus/matrices/meep-depart", "main a[href*='metier=']");
	await page.goto(own.term);
	await page.click("button:has-text('Ajouter à mes favoris')");
	await page.goto("/veille/nouvelle?liste=expositions&sorte=nouveau");
	await page.fill("[name=souhait]", "Fumées de torche");
	await page.fill("[name=raison]", "Trois ateliers du bassin en parlent ainsi.");
	await page.click("button:has-text('Déposer la demande')");
	await page.waitForURL("**/veille/demandes/*");
	own.request = new URL(page.url()).pathname;
}

/** A second version beside the one in use, a local value, a draft, a publication and a subscription. */
async function releases(page) {
	const sent = async (path, field, file) => {
		await page.goto(path);
		for (const [name, value] of Object.entries(field)) {
			const control = page.locator(`main [name="${name}"]`).first();
			if (await control.evaluate((e) => e.tagName === "SELECT")) await control.selectOption(value);
			else if (typeof value === "boolean") await control.setChecked(value);
			else await control.fill(value);
		}
		if (file) await page.setInputFiles("main input[type=file]", file);
		await page.locator("main button[type=submit].primary").last().click();
		await page.waitForLoadState("load");
	};
	const former = await (await page.request.get("/thesaurus/expositions/export?format=livre")).text();
	const next = former.replaceAll("Bruit", "Bruits").replace("Plomb", " Plomb  fondu");
	assert.notEqual(next, former);
	await sent("/thesaurus/charger", { liste: "expositions", version: "essai-2027", titre: "Expositions professionnelles", gestionnaire: "Fédération", activer: false }, { name: "expositions.csv", mimeType: "text/csv", buffer: Buffer.from(next) });
	assert.match(page.url(), /livraison/);
	await sent("/thesaurus/expositions/locales", { label: "Fumées de l'atelier nord", motif: "Un procédé propre au bassin" });
	await sent("/thesaurus/expositions/locales", { label: "Poussières du quai", motif: "Un procédé propre au bassin" });
	const draft = async (list) => {
		await sent("/publications/brouillons/nouveau", { liste: list, version: "2027" });
		const address = new URL(page.url()).pathname;
		const term = await page.locator("#termes-trouves a[href*='terme?code=']").first().getAttribute("href");
		await page.goto(term);
		await page.fill("[name=label]", "Un libellé mieux dit");
		await page.fill("[name=motif-renommer]", "Demande d'un service");
		await page.click("button:has-text('Changer le libellé')");
		await page.waitForLoadState("load");
		return [address, term];
	};
	const [published] = await draft("titres");
	await page.goto(published);
	await page.click("button:has-text('Signer et publier')");
	await page.waitForURL("**/publications/*");
	own.publication = new URL(page.url()).pathname;
	[own.draft, own.draftTerm] = await draft("types-contrat");
	await sent("/abonnements", { adresse: at.service.url, cle: at.service.publicKey });
	await page.click("button:has-text('Chercher les nouveautés')");
	await page.waitForLoadState("load");
}

/** Fields without a label that one sees. The one search of the top bar has its picture, its key and its hint. */
const unlabelled = (page) => page.evaluate(() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
	.filter((field) => field.id !== "recherche" && field.checkVisibility())
	.filter((field) => ![...(field.labels ?? [])].some((label) => {
		const box = label.getBoundingClientRect();
		return label.checkVisibility() && box.width > 4 && box.height > 4 && label.innerText.trim() !== "";
	}))
	.map((field) => field.outerHTML.slice(0, 120)));

/** What is wider than the window. */
const overflow = (page) => page.evaluate(() => {
	const wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= wide) return [];
	return [...document.body.querySelectorAll("*")]
		.filter((e) => e.getBoundingClientRect().right > wide + 1)
		.map((e) => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${wide}`)
		.slice(0, 6);
});

/** First rows hidden by the head of their own table. */
const hiddenRows = (page) => page.evaluate(() => {
	const hidden = [...document.querySelectorAll("main table:has(thead)")]
		.map((table) => [table, table.tBodies[0]?.rows[0]?.cells[0]])
		.filter(([, cell]) => cell?.checkVisibility())
		.filter(([table, cell]) => {
			cell.scrollIntoView({ block: "center" });
			const box = cell.getBoundingClientRect();
			const there = document.elementFromPoint(box.x + Math.min(12, box.width / 2), box.y + Math.min(10, box.height / 2));
			return there && table.tHead.contains(there);
		})
		.map(([table]) => table.caption?.innerText ?? "a table");
	// What stays in place while one scrolls would cover things for the checks that follow.
	scrollTo(0, 0);
	return [...new Set(hidden)];
});

/** Identifiers found twice: a label or a link would lead to the wrong place. */
const repeated = (page) => page.evaluate(() => {
	const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
	return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
});

/** What is wrong, once, with the places where it was seen. */
class Wrongs {
	seen = new Map();

	add(where, lines, what = "") {
		for (const line of lines) this.seen.set(what + line, [...(this.seen.get(what + line) ?? []), where]);
	}

	lines() {
		return [...this.seen].map(([line, where]) => `${line} (${where.join(", ")})`);
	}
}

/** Loads a page as for the first time and counts the bytes that came over the wire. */
async function weigh(page, address) {
	const session = await page.context().newCDPSession(page);
	await session.send("Network.enable");
	await session.send("Network.setCacheDisabled", { cacheDisabled: true });
	let bytes = 0;
	session.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
	const answer = await page.goto(address, { waitUntil: "networkidle" });
	await session.detach();
	return { answer, bytes };
}

for (const [name, who, address, status = 200] of PAGES) {
	test(`la page « ${name} » se lit par tous, en clair et en sombre, au bureau et sur tablette`, pictured(at, `page-${name}`, async () => {
		const page = await open(at, { storageState: who ? people[who] : undefined });
		const { answer, bytes } = await weigh(page, typeof address === "function" ? address() : address);
		assert.equal(answer.status(), status, page.url());
		weights.push([bytes, name]);
		assert.ok(bytes < LIGHT_AS_A_PAGE, `${name} weighs ${bytes} bytes`);
		const wrong = new Wrongs();
		for (const viewport of SIZES) {
			await page.setViewportSize(viewport);
			const where = `${viewport.width} px`;
			wrong.add(where, await overflow(page), "runs off the side: ");
			wrong.add(where, await unlabelled(page), "no visible label: ");
			wrong.add(where, await hiddenRows(page), "the head covers the first row: ");
			for (const colorScheme of ["light", "dark"]) {
				await page.emulateMedia({ colorScheme });
				wrong.add(`${where} ${colorScheme}`, await violations(page));
			}
		}
		wrong.add("everywhere", await repeated(page), "this id is on the page twice: ");
		assert.deepEqual(wrong.lines(), []);
	}));
}

test("les listes de propositions, le dialogue de signature et les erreurs se lisent aussi", pictured(at, "page-vivante", async () => {
	const page = await open(at, { storageState: people.medecin });
	await page.goto(own.running);
	const check = async (what) => {
		for (const colorScheme of ["light", "dark"]) {
			await page.emulateMedia({ colorScheme });
			assert.deepEqual(await violations(page), [], `${what}, ${colorScheme}`);
		}
	};
	await page.locator("#recherche").pressSequentially("mar");
	await page.locator(".find [role=option]").first().waitFor();
	await page.keyboard.press("ArrowDown");
	await check("suggestions of the search");
	await page.keyboard.press("Escape");
	await page.locator("#c-ajout").pressSequentially("bruit");
	await page.locator(".term-box [role=option]").first().waitFor();
	await page.keyboard.press("ArrowDown");
	await check("terms proposed");
	await page.fill("#c-ajout", "");
	await page.click("button:has-text('Signer et remettre')");
	await page.locator("dialog[open]").waitFor();
	await check("dialog of the signature");
	await page.keyboard.press("Escape");
	await page.fill("input[name=mesure_M101]", "beaucoup");
	await page.click("button:visible:has-text('Enregistrer sans signer')");
	await page.locator("#erreurs").waitFor();
	await check("a form with a refused field");
	assert.equal(await page.evaluate(() => document.activeElement.id), "erreurs", "the list of what is wrong has the keyboard");
}));

test("ce que le langage commun refuse ou constate se lit aussi", pictured(at, "page-langage", async () => {
	const page = await open(at, { storageState: people.informatique });
	const check = async (what) => {
		assert.deepEqual(await repeated(page), [], what);
		for (const width of [1280, 640]) {
			await page.setViewportSize({ width, height: 900 });
			assert.deepEqual(await overflow(page), [], `${what}, ${width} px`);
			for (const colorScheme of ["light", "dark"]) {
				await page.emulateMedia({ colorScheme });
				assert.deepEqual(await violations(page), [], `${what}, ${width} px, ${colorScheme}`);
			}
		}
	};
	const file = (text) => page.setInputFiles("main input[type=file]", { name: "liste.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
	const send = async (text) => {
		await page.locator("main").getByRole("button", { name: text, exact: true }).first().click();
		await page.waitForLoadState("load");
	};
	await page.goto("/thesaurus/charger");
	await file("code;libelle\nA;\"ouvert\n");
	await send("Charger la livraison");
	await page.locator("#erreurs").waitFor();
	await check("a delivery refused");
	await page.goto("/thesaurus/controle");
	await page.selectOption("[name=liste]", "expositions");
	await file("code;libelle;parent\nE101;Substances  et agents;\n;Sans code;\nZ9;Étranger;E101\n");
	await send("Contrôler");
	await page.locator("#ecarts").waitFor();
	await check("breaches of an export");
	await page.goto("/thesaurus/expositions/locales");
	await page.fill("[name=label]", "Plomb et composés du plomb");
	await send("Ajouter la valeur locale");
	await page.locator("#erreurs").waitFor();
	await check("a local value refused");
	await page.goto(own.draftTerm);
	await send("Déplacer");
	await page.locator("#erreurs").waitFor();
	await check("a gesture without its reason");
	for (const address of ["/thesaurus", "/thesaurus/expositions", "/thesaurus/expositions/comparer?a=essai-2027", own.draft, own.publication, "/abonnements", own.trade]) {
		await page.setViewportSize({ width: 640, height: 900 });
		await page.goto(address);
		assert.deepEqual(await overflow(page), [], `${address} at twice its size`);
	}
}));

test("le poids des pages est dit", () => {
	for (const [bytes, name] of weights.sort((a, b) => b[0] - a[0])) console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB`);
	assert.ok(weights.length > 20);
});

test("chaque page garde le clavier visible", pictured(at, "page-focus", async () => {
	const page = await open(at, { storageState: people.medecin });
	for (const address of ["/agenda", own.file, own.running, "/tableau", "/thesaurus/expositions", own.term, own.draftTerm]) {
		await page.goto(address);
		const unseen = [];
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press("Tab");
			const told = await page.evaluate(() => {
				const e = document.activeElement;
				if (!e || e === document.body) return "end";
				const marked = [e, e.parentElement, e.closest("label")].filter(Boolean).some((x) => {
					const s = getComputedStyle(x);
					return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none";
				});
				// A link on two lines has a box that holds other things: its first line tells.
				const [box] = e.getClientRects();
				const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
				const hidden = middle && !e.contains(middle) && !middle.contains(e) && !e.closest("label")?.contains(middle);
				const what = `${e.tagName} ${e.name ?? ""} ${(e.innerText || e.value || "").slice(0, 40)}`;
				return marked ? (hidden ? `covered by ${middle.tagName}.${middle.className}: ${what}` : "") : `no mark: ${what}`;
			});
			if (told === "end") break;
			if (told) unseen.push(told);
		}
		assert.deepEqual(unseen, [], address);
	}
}));

test("la page se lit au double de sa taille sans défilement de côté", pictured(at, "page-zoom", async () => {
	// 640 px is what a desk of 1280 px has left at 200 %.
	const page = await open(at, { storageState: people.medecin, viewport: { width: 640, height: 720 } });
	for (const address of ["/agenda", own.file, own.running, "/tableau", "/regles"]) {
		await page.goto(address);
		assert.deepEqual(await overflow(page), [], address);
	}
	await page.context().clearCookies();
	await page.goto("/connexion");
	await page.fill("input[name=mot_de_passe]", PASSWORD);
	assert.deepEqual(await overflow(page), []);
}));

// The same journey on real input: an empty service, Insee's own files, the list that an employer sends.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Service, holds, open, pictured, plain, root, sign, signIn, stage, temporary, tronc } from "./aide.mjs";
import { workbook } from "./classeur.mjs";

const DATA = process.env.TRONC_SHARED_DATA || path.resolve(root, "../shared/data");
const NAF = path.join(DATA, "naf/naf_rev2_tous_niveaux.csv");
const PCS = path.join(DATA, "pcs_ese_2017/pcs_ese_2017.csv");
const absent = [NAF, PCS].filter((file) => !fs.existsSync(file));
// Where nothing may be skipped, what is absent fails below with its name.
const skip = absent.length > 0 && process.env.CI !== "true" && `Insee's files are not here (${absent.join(", ")}): give their folder by TRONC_SHARED_DATA`;

/** The last digit of SIREN, SIRET and RPPS (Luhn). */
function closed(digits) {
	const sum = [...digits].reverse().reduce((n, d, i) => n + (i % 2 ? +d : +d * 2 > 9 ? +d * 2 - 9 : +d * 2), 0);
	return digits + ((10 - (sum % 10)) % 10);
}

/** A NIR with its key. */
const nir = (body) => body + String(97 - Number(BigInt(body) % 97n)).padStart(2, "0");

const SIREN = closed("81234567");
const SIRET = closed(`${SIREN}0001`);
const PASSWORD = "un-mot-de-passe-long-2026";
const LIST = [
	["Liste du personnel au 1er du mois"],
	[],
	["Nom de naissance", "Nom d'usage", "Prénoms", "Sexe", "Date de naissance", "Lieu de naissance", "N° de sécurité sociale", "SIRET", "Raison sociale", "Code NAF", "Emploi", "Code PCS-ESE", "Type de contrat", "Date d'entrée", "Couleur préférée"],
	["LÉONARDI", "", "Jérôme", "M", { date: "1985-03-12" }, "Paris 14e arrondissement", nir("1850375114028"), SIRET, "Chaudronnerie du Val", "25.11Z", "Soudeur", "623e", "CDI", { date: "2019-09-02" }, "bleu"],
	["NGUYEN", "KELLER", "Anaïs Marie", "F", { date: "1992-11-30" }, "", nir("2921135238117"), SIRET, "Chaudronnerie du Val", "25.11Z", "Secrétaire", "542a", "CDI", { date: "2021-01-04" }, ""],
	["D'ARTAGNAN", "", "Élise", "F", "24/05/2001", "Bordeaux", nir("2010533063245"), SIRET, "Chaudronnerie du Val", "25.11Z", "Assistante de direction", "", "CDD", "15/10/2025", "vert"],
	["FAUTIF", "", "Paul", "M", { date: "1979-07-07" }, "Colmar", "179077511402899", SIRET, "Chaudronnerie du Val", "25.11Z", "Magasinier", "", "CDI", { date: "2010-03-01" }, ""],
];

const at = skip ? null : stage({ make });
let loaded, imported, again;

/** What the administrator of a new service types, line by line. */
async function make() {
	assert.deepEqual(absent, [], "in CI Insee's files must be there");
	const dir = temporary();
	await tronc(dir, ["service", "set", "--name", "Santé au travail des Deux Rives", "--siren", closed("77567234"), "--address", "4 quai des Bateliers, 67000 Strasbourg", "--phone", "03 88 00 00 00", "--email", "accueil@deux-rives.invalid"]);
	await tronc(dir, ["service", "add-centre", "--name", "Centre du Port", "--address", "4 quai des Bateliers, 67000 Strasbourg"]);
	await tronc(dir, ["user", "add", "--login", "dr.haas", "--first-name", "Odile", "--name", "Haas", "--role", "medecin", "--rpps", closed("1010010001")], `${PASSWORD}\n`);
	await tronc(dir, ["user", "add", "--login", "accueil", "--first-name", "Rémi", "--name", "Fuchs", "--role", "secretaire"], `${PASSWORD}\n`);
	await tronc(dir, ["thesaurus", "starter"]);
	loaded = {
		naf: await json(dir, ["thesaurus", "load", NAF, "--list", "naf", "--list-version", "rev2"]),
		pcs: await json(dir, ["thesaurus", "load", PCS, "--list", "pcs-ese", "--list-version", "2017"]),
	};
	const file = path.join(dir, "personnel.xlsx");
	fs.writeFileSync(file, workbook("Personnel", LIST));
	imported = { dry: await json(dir, ["import", "salaries", file, "--dry-run"]), done: await json(dir, ["import", "salaries", file]) };
	again = await json(dir, ["import", "salaries", file]);
	return new Service(dir, "serve").start();
}

const json = async (dir, args) => JSON.parse(await tronc(dir, ["--json", ...args]));

/** Rows of a delivery below its title. */
const rows = (file) => fs.readFileSync(file, "utf8").split(/\r?\n/).filter((line) => line.trim()).length - 1;

test("les fichiers de l'Insee se chargent tels quels, sans une ligne perdue", { skip }, pictured(at ?? {}, "reel-listes", async () => {
	for (const [[report], file] of [[loaded.naf, NAF], [loaded.pcs, PCS]]) {
		assert.equal(report.rows, rows(file));
		assert.equal(report.rows, report.integrated + report.rejected.length);
		assert.deepEqual(report.rejected, []);
	}
}));

test("la liste de l'employeur entre, la ligne fausse est refusée avec sa raison", { skip }, pictured(at ?? {}, "reel-import", async () => {
	const { dry, done } = imported;
	assert.equal(dry.dry_run, true);
	for (const said of [dry, done]) {
		assert.equal(said.rows, 4);
		assert.equal(said.rows, said.integrated + said.unchanged + said.rejected);
		assert.equal(said.rejected, 1);
		assert.deepEqual([said.new_members, said.new_establishments, said.new_workers], [1, 1, 3]);
		assert.deepEqual(said.unknown_columns, ["Couleur préférée"]);
		assert.equal(said.refusals[0].row, 7);
		holds(said.refusals[0].reason, /clé/);
	}
	assert.ok(again.already_done, "the same file twice changes nothing");
}));

test("le salarié importé se trouve, se voit et repart avec son document", { skip }, pictured(at ?? {}, "reel", async () => {
	const page = await open(at);
	await signIn(page, "dr.haas", PASSWORD);
	holds(plain(await page.locator("main").innerText()), /Aucun créneau/);

	// By letters, by birth date, by NIR: the same person.
	const addresses = new Set();
	for (const words of ["leonar", "jérome leonardi", "12/03/1985", "1850375114028", "1 85 03 75 114 028"]) {
		await page.fill("#recherche", "");
		await page.locator("#recherche").pressSequentially(words);
		const option = page.locator(".find [role=option]", { hasText: "LÉONARDI" });
		await option.first().waitFor();
		addresses.add(await option.first().getAttribute("data-href"));
	}
	assert.equal(addresses.size, 1);
	const [file] = addresses;
	await page.goto(file);
	const shown = plain(await page.locator("main").innerText());
	holds(shown, /Jérôme LÉONARDI/);
	holds(shown, /Soudeur, Chaudronnerie du Val, depuis le 02\/09\/2019/);
	holds(shown, /Aucune visite signée/);

	// The visit that the law wants is the one proposed.
	await page.click("#nouvelle-visite button");
	await page.waitForURL("**/visites/*");
	const lines = page.locator("[data-proposals] .proposal");
	assert.ok((await lines.count()) > 0, "the job of the list leads to the matrix");
	await lines.first().locator("input[value=ecartee]").check();
	await page.fill("textarea >> nth=0", "Rien à signaler.");
	await page.fill("input[name=mesure_M101]", "80");
	await page.press("input[name=mesure_M101]", "Tab");
	await sign(page);
	assert.equal(await page.locator("#documents tbody tr").count(), 3);
	holds(plain(await page.locator("#conclusion").innerText()), /Prochaine visite : .*\d\d\/\d\d\/20\d\d/);
	for (const link of await page.locator("#documents a").all()) {
		const paper = await page.request.get(await link.getAttribute("href"));
		assert.equal(paper.headers()["content-type"], "application/pdf");
		assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
	}
	await page.goto("/tableau");
	const figure = page.locator(".stat", { hasText: "Visites signées aujourd" }).locator(".stat-value");
	assert.equal(plain(await figure.innerText()), "1");
}));

test("un lieu de naissance que l'employeur n'a pas écrit n'empêche pas de signer", { skip }, pictured(at ?? {}, "reel-lieu", async () => {
	const page = await open(at);
	await signIn(page, "dr.haas", PASSWORD);
	await page.locator("#recherche").pressSequentially("keller");
	await page.locator(".find [role=option]").first().waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/salaries/*");
	assert.doesNotMatch(plain(await page.locator("main").innerText()), /née? .{0,30}\d{4} à (Identité|$)/m);
	await page.click("#nouvelle-visite button");
	await page.waitForURL("**/visites/*");
	await sign(page);
	assert.equal(await page.locator("#documents tbody tr").count(), 3);
}));

test("l'import se relit à l'écran, ligne par ligne, sans navette avec l'informatique", { skip }, pictured(at ?? {}, "reel-ecran", async () => {
	const page = await open(at);
	await signIn(page, "accueil", PASSWORD);
	await page.goto("/imports");
	holds(plain(await page.locator("main").innerText()), /personnel\.xlsx/);
	await page.locator("main a[href^='/imports/']:not([href$='/nouveau'])").first().click();
	await page.waitForURL(/\/imports\/(?!nouveau)/);
	holds(plain(await page.locator("main").innerText()), /La clé devrait être/);

	// The employer sends the corrected line: the secretary tries it by the page, reads, then brings it in.
	await page.goto("/imports/nouveau");
	const corrected = LIST.map((row) => (row[0] === "FAUTIF" ? row.with(6, nir("1790775114028")) : row));
	const give = () => page.setInputFiles("input[type=file]", {
		name: "personnel-corrige.xlsx",
		mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		buffer: workbook("Personnel", corrected),
	});
	const send = page.locator("main form button[type=submit]").last();
	await give();
	await send.click();
	await page.locator("main", { hasText: "Rien n'a été enregistré" }).waitFor();
	const tried = plain(await page.locator("main").innerText());
	holds(tried, /Seraient intégrées 1/);
	holds(tried, /Couleur préférée/);
	await give();
	await page.uncheck("input[name=essai]");
	await send.click();
	await page.waitForURL(/\/imports\/(?!nouveau)/);
	holds(plain(await page.locator("main").innerText()), /Lignes refusées 0/);
	await page.fill("#recherche", "fautif");
	await page.press("#recherche", "Enter");
	await page.waitForURL("**/recherche*");
	holds(plain(await page.locator("main").innerText()), /Paul FAUTIF/);
}));

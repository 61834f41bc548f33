/* What pages gain with scripts: each works without. Nothing personal is kept in the browser. */
const one = (s, r = document) => r.querySelector(s);
const all = (s, r = document) => [...r.querySelectorAll(s)];
const meta = one("meta[name=csrf]");
const token = meta?.content ?? "";
const header = meta?.dataset.header ?? "x-csrf-token";
const on = (el, type, f, capture) => el.addEventListener(type, f, capture);
const make = (tag, props = {}) => Object.assign(document.createElement(tag), props);

// htmx: every request carries the form token.
on(document, "htmx:config:request", (e) => {
	const headers = e.detail?.ctx?.request?.headers;
	if (headers) headers[header] = token;
});

// A field with suggestions drawn by the server (ARIA combobox). `keys` may use a key first.
let count = 0;
function combo(input, url, { take, keys, prune }) {
	const pop = make("div", { className: "pop", hidden: true });
	const said = make("div", { className: "vh", role: "status" });
	input.parentElement.append(pop, said);
	input.role = "combobox";
	input.ariaAutoComplete = "list";
	input.ariaExpanded = "false";
	let timer, request, eager, at = -1;
	const options = () => all("[role=option]", pop);
	const current = () => options()[at];
	const close = () => {
		clearTimeout(timer);
		if (request) request.abort();
		timer = request = eager = 0;
		pop.hidden = true;
		at = -1;
		input.ariaExpanded = "false";
		input.removeAttribute("aria-activedescendant");
		input.removeAttribute("aria-controls");
	};
	const go = (to) => {
		const list = options();
		if (!list.length) return;
		at = (to + list.length) % list.length;
		list.forEach((o, i) => { o.ariaSelected = String(i === at); });
		list[at].scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", list[at].id);
	};
	const choose = (option) => {
		if (!option || option.ariaDisabled === "true") return;
		close();
		take(option);
	};
	const show = (html) => {
		pop.innerHTML = html;
		prune?.(pop);
		count += 1;
		options().forEach((o, i) => { o.id = `o${count}-${i}`; });
		const list = one("[role=listbox]", pop);
		pop.hidden = false;
		pop.scrollIntoView({ block: "nearest" });
		at = -1;
		input.removeAttribute("aria-activedescendant");
		input.ariaExpanded = String(!!list);
		if (list) {
			list.id = `l${count}`;
			input.setAttribute("aria-controls", list.id);
		}
		const n = options().length;
		said.textContent = n > 1 ? `${n} propositions` : n ? "1 proposition" : pop.textContent;
		if (keys) go(Math.max(0, options().findIndex((o) => o.ariaDisabled !== "true")));
		if (eager) choose(current());
	};
	const ask = async (down) => {
		const q = input.value.trim();
		if (q.length < 2 && (q || !down || !keys)) return close();
		if (request) request.abort();
		timer = 0;
		const mine = request = new AbortController();
		try {
			const answer = await fetch(url + encodeURIComponent(q), { signal: mine.signal });
			const html = await answer.text();
			if (request !== mine) return;
			request = 0;
			if (answer.ok && !answer.redirected) show(html);
		} catch {
			// A newer question took its place, or no network: the form still works.
			if (request === mine) request = 0;
		}
	};
	on(input, "input", () => {
		clearTimeout(timer);
		timer = setTimeout(ask, 120);
	});
	on(input, "keydown", (e) => {
		if (e.isComposing || keys?.(e, current(), close)) return;
		if (e.key === "ArrowDown" || e.key === "ArrowUp") {
			e.preventDefault();
			if (pop.hidden) ask(1);
			else go(at + (e.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
		} else if (e.key === "Enter" && !e.ctrlKey && keys && (timer || request)) {
			// Typed faster than the answer comes: the first term is taken when it does.
			e.preventDefault();
			eager = 1;
		} else if (e.key === "Enter" && !e.ctrlKey && current()) {
			e.preventDefault();
			choose(current());
		} else if (e.key === "Escape" && !pop.hidden) {
			e.preventDefault();
			close();
		}
	});
	on(input, "blur", close);
	on(pop, "mousedown", (e) => {
		e.preventDefault();
		choose(e.target.closest("[role=option]"));
	});
}

// A term of a thesaurus: the hidden field holds the code, the visible one the words.
function term(box) {
	const input = one("input[type=text]", box);
	const code = one("[data-code]", box);
	const chosen = one("[data-chosen]", box);
	const set = (value, words = input.value) => {
		input.value = words;
		code.value = chosen.textContent = value;
	};
	const changed = () => code.dispatchEvent(new Event("change", { bubbles: true }));
	on(input, "input", () => set(""));
	on(input, "change", changed);
	combo(input, box.dataset.suggest, {
		take: (o) => {
			set(o.dataset.code, o.dataset.label);
			changed();
		},
		prune: (pop) => {
			if ("autre" in box.dataset) return;
			one("[data-code=autre]", pop)?.remove();
			if (!one("[role=option],.none", pop)) pop.innerHTML = '<p class="none">Aucun terme ne correspond. Essayez un autre mot.</p>';
		},
		keys: (e, option, close) => {
			if (e.altKey && e.key.toLowerCase() === "a" && "autre" in box.dataset && input.value.trim()) {
				close();
				set("autre");
				changed();
			} else if (e.key === "ArrowRight" && option?.dataset.tree && input.selectionStart === input.value.length) {
				open(option.dataset.tree, "_blank", "noopener");
			} else return false;
			e.preventDefault();
			return true;
		},
	});
}

// Forms that keep each field as it is left; without network, again.
function autosave(form) {
	const mark = one("[data-etat]", form);
	const todo = new Set();
	const refused = new Map();
	let timer, busy, wait = 2000, leaving;
	const say = (text, lost) => {
		mark.textContent = lost ? `Non enregistré\u00a0: ${text}` : text;
		mark.classList.toggle("perdu", !!lost);
	};
	const send = (name) => {
		const body = new URLSearchParams({ champ: name });
		for (const [k, v] of new FormData(form)) {
			if ([name, `${name}_texte`, "_csrf"].includes(k)) body.append(k, v);
		}
		return fetch(form.dataset.autosave, { method: "POST", body, headers: { [header]: token, accept: "text/plain" }, redirect: "manual" });
	};
	const run = async () => {
		while (todo.size) {
			const [name] = todo;
			todo.delete(name);
			try {
				const answer = await send(name);
				if (answer.ok) {
					refused.delete(name);
					wait = 2000;
					const now = new Date().toLocaleTimeString("fr-FR", { timeStyle: "short" });
					say(`Enregistré à ${now}`);
				} else if (answer.status >= 500) {
					throw new Error("5xx");
				} else {
					const plain = answer.headers.get("content-type")?.startsWith("text/plain");
					const text = plain ? (await answer.text()).trim() : "";
					refused.set(name, text || "votre session est terminée, reconnectez-vous dans un autre onglet.");
				}
			} catch {
				todo.add(name);
				say("le service ne répond pas, nouvel essai dans un instant.", true);
				clearTimeout(timer);
				timer = setTimeout(flush, wait);
				wait = Math.min(wait * 2, 30000);
				return;
			}
		}
		if (refused.size) say([...refused.values()][0], true);
	};
	const flush = () => {
		clearTimeout(timer);
		busy ||= run().finally(() => { busy = 0; });
		return busy;
	};
	const touched = (e) => {
		// The words of a term go with its code.
		if (!e.target.name || e.target.matches("[data-term] [type=text]")) return;
		todo.add(e.target.name);
		clearTimeout(timer);
		timer = setTimeout(flush, e.type === "input" ? 500 : 0);
	};
	on(form, "input", touched);
	on(form, "change", touched);
	on(form, "focusout", () => { if (todo.size) flush(); });
	// As in a spreadsheet, Enter goes to the next field.
	on(form, "keydown", (e) => {
		if (e.key !== "Enter" || e.ctrlKey || e.metaKey || e.defaultPrevented || !e.target.matches("input")) return;
		e.preventDefault();
		const fields = all(":is(input,select,textarea,button):enabled:not([type=hidden])", form);
		fields[fields.indexOf(e.target) + 1]?.focus();
	});
	on(form, "submit", () => { leaving = true; });
	on(window, "pageshow", () => { leaving = false; });
	on(window, "beforeunload", (e) => {
		if (!leaving && (todo.size || busy || refused.size)) e.preventDefault();
	});
	form.saved = flush;
}

// Signing: one confirmation reads what is signed, then the form goes.
async function confirmThenSend(button) {
	const form = button.form;
	let words = button.dataset.confirm;
	await form.saved?.();
	if (button.dataset.confirmUrl) {
		try {
			const answer = await fetch(button.dataset.confirmUrl, { headers: { accept: "text/plain" } });
			if (answer.ok && !answer.redirected) words = await answer.text();
		} catch { /* without words the server's own page asks */ }
	}
	if (!words?.trim()) {
		button.dataset.asked = "non";
		return form.requestSubmit(button);
	}
	const dialog = make("dialog");
	const textContent = button.textContent;
	const yes = make("button", { className: "btn primary", textContent });
	const no = make("button", { className: "btn", textContent: "Revenir à la page" });
	const row = make("div", { className: "actions" });
	row.append(yes, no);
	dialog.append(make("h2", { textContent }), make("p", { textContent: words, id: "a-signer" }), row);
	dialog.ariaLabel = textContent;
	dialog.setAttribute("aria-describedby", "a-signer");
	// A key held down signs nothing.
	on(dialog, "keydown", (e) => { if (e.repeat) e.preventDefault(); });
	on(dialog, "close", () => { dialog.remove(); button.focus(); });
	on(no, "click", () => dialog.close());
	on(yes, "click", () => {
		form.append(make("input", { type: "hidden", name: "confirme", value: "oui" }));
		button.dataset.asked = "oui";
		dialog.close();
		form.requestSubmit(button);
	});
	document.body.append(dialog);
	dialog.showModal();
	yes.focus();
}
on(document, "submit", (e) => {
	const button = e.submitter;
	if (!button?.matches("[data-sign]") || button.dataset.asked) return;
	e.preventDefault();
	e.stopImmediatePropagation();
	confirmThenSend(button);
}, true);

// A keeps a proposed line, R sets it aside; up and down go from line to line.
function proposalKeys(e) {
	const line = e.target.closest("[data-proposals] .proposal");
	if (!line || e.ctrlKey || e.altKey || e.metaKey) return;
	const lines = all(".proposal", line.closest("[data-proposals]"));
	const move = (step) => {
		const next = lines[lines.indexOf(line) + step];
		if (next) (one("input:checked", next) ?? one("input", next)).focus();
	};
	const value = { a: "retenue", r: "ecartee" }[e.key.toLowerCase()];
	if (value) {
		const radio = one(`input[value="${value}"]`, line);
		radio.checked = true;
		radio.focus();
		radio.dispatchEvent(new Event("change", { bubbles: true }));
		move(1);
	} else if (e.key === "ArrowDown" || e.key === "ArrowUp") move(e.key === "ArrowDown" ? 1 : -1);
	else return;
	e.preventDefault();
}

// A measure outside the usual values is said at once, and accepted.
on(document, "input", ({ target }) => {
	if (!target.matches("[data-min]")) return;
	const note = document.getElementById(`${target.id}-usuel`);
	const text = target.value.replace(/\s/g, "").replace(",", ".");
	const { min, max } = target.dataset;
	note.textContent = text && (+text < +min || +text > +max) ? note.dataset.remark : "";
});

const search = one("#recherche");
on(document, "keydown", (e) => {
	if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !one("dialog[open]")) {
		const button = one("[data-sign]", e.target.form ?? document) ?? one("[data-sign]");
		if (button) {
			e.preventDefault();
			button.form.requestSubmit(button);
		}
	} else if (e.key === "/" && search && !e.target.matches("input:not([type=checkbox],[type=radio]),textarea,select") && !e.ctrlKey && !e.altKey && !e.metaKey) {
		e.preventDefault();
		search.focus();
		search.select();
	} else proposalKeys(e);
});

const wake = () => {
	for (const el of all("[data-term],[data-autosave]")) {
		if (el.awake) continue;
		el.awake = true;
		("term" in el.dataset ? term : autosave)(el);
	}
};
if (search) combo(search, search.form.dataset.suggest, { take: (o) => location.assign(o.dataset.href) });
wake();
on(document, "htmx:after:swap", wake);
document.getElementById("erreurs")?.focus();

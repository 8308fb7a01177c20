// As much of a browser as the book's own scripts need: a page read from HTML, and a script run in it.
// It reads what this book writes, in which every element that can be closed is closed.
'use strict';

const fs = require('node:fs');
const vm = require('node:vm');

const VOID = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);
const TOKEN = /<!--[^]*?-->|<(\/?)([a-zA-Z][\w-]*)((?:\s+[^\s"'<>\/=]+(?:="[^"]*"|=[^\s"'<>]+)?)*)\s*(\/?)>|[^<]+|</g;
const ATTRIBUTE = /([^\s"'<>\/=]+)(?:="([^"]*)"|=([^\s"'<>]+))?/g;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"' };
const plain = text => text.replace(/&(amp|lt|gt|quot);/g, (_, name) => ENTITIES[name]);
const camel = name => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const known = new Map();
function parts(selector) {
    if (!known.has(selector)) {
        const rest = selector.replace(/:not\(.*?\)/, '');
        known.set(selector, {
            tag: rest.match(/^[\w-]*/)[0].toUpperCase(),
            classes: Array.from(rest.matchAll(/\.([\w-]+)/g), ([, name]) => name),
            attributes: Array.from(rest.matchAll(/\[([\w-]+)\]/g), ([, name]) => name),
            not: selector.match(/:not\(\[([\w-]+)\]\)/)?.[1],
        });
    }
    return known.get(selector);
}

class Node {
    constructor(name, attributes = {}) {
        this.tagName = name.toUpperCase();
        this.attributes = attributes;
        this.children = [];
        this.listeners = {};
        // Nothing is laid out: a test says how wide a thing is.
        this.scrollWidth = 0;
        this.clientWidth = 0;
    }

    // The tree.
    append(...nodes) {
        for (const node of nodes) {
            if (node instanceof Node) {
                node.remove();
                node.parent = this;
            }
            this.children.push(node);
        }
    }
    prepend(node) {
        this.append(node);
        this.children.unshift(this.children.pop());
    }
    remove() {
        if (this.parent) {
            this.parent.children = this.parent.children.filter(node => node !== this);
            this.parent = undefined;
        }
    }
    replaceChildren(...nodes) {
        this.children = [];
        this.append(...nodes);
    }
    get textContent() {
        return this.children.map(node => node instanceof Node ? node.textContent : node).join('');
    }
    set textContent(text) {
        this.children = text === '' ? [] : [String(text)];
    }
    // Every element within this one, in the order of the page.
    below(found = []) {
        for (const node of this.children) {
            if (node instanceof Node) {
                found.push(node);
                node.below(found);
            }
        }
        return found;
    }

    // Attributes.
    getAttribute(name) {
        return this.attributes[name] ?? null;
    }
    setAttribute(name, value) {
        this.attributes[name] = String(value);
    }
    hasAttribute(name) {
        return name in this.attributes;
    }
    removeAttribute(name) {
        delete this.attributes[name];
    }
    get className() {
        return this.attributes.class ?? '';
    }
    set className(value) {
        this.attributes.class = value;
    }
    get tabIndex() {
        return Number(this.attributes.tabindex ?? -1);
    }
    set tabIndex(value) {
        this.attributes.tabindex = String(value);
    }
    get dataset() {
        const data = Object.entries(this.attributes).filter(([name]) => name.startsWith('data-'));
        return Object.fromEntries(data.map(([name, value]) => [camel(name.slice(5)), value]));
    }

    // Selectors: `tag.class[attribute]:not([attribute])`, one `below` the other or its `> child`,
    // and several of these with `, ` between them.
    is(selector) {
        const { tag, classes, attributes, not } = parts(selector);
        return (!tag || this.tagName === tag)
            && classes.every(name => this.className.split(' ').includes(name))
            && attributes.every(name => name in this.attributes)
            && !(not in this.attributes);
    }
    matches(selector) {
        return selector.split(', ').some(one => this.is(one));
    }
    querySelectorAll(selector) {
        const found = new Set();
        for (const one of selector.split(', ')) {
            const steps = one.replaceAll(' > ', ' >').split(' ');
            const step = (nodes, part) => nodes.flatMap(node => part.startsWith('>')
                ? node.children.filter(child => child instanceof Node && child.is(part.slice(1)))
                : node.below().filter(below => below.is(part)));
            steps.reduce(step, [this]).forEach(node => found.add(node));
        }
        return this.below().filter(node => found.has(node));
    }
    querySelector(selector) {
        return this.querySelectorAll(selector)[0] ?? null;
    }
    closest(selector) {
        return this.is(selector) ? this : this.parent?.closest(selector) ?? null;
    }

    // Forms and tables.
    get elements() {
        const fields = this.querySelectorAll('[name]');
        return Object.fromEntries(fields.map(field => [field.attributes.name, field]));
    }
    get options() {
        return this.querySelectorAll('option').map(option => option.attributes.value);
    }
    get value() {
        return this.kept ?? (this.tagName === 'SELECT' ? this.options[0] : '');
    }
    set value(value) {
        // A box that has no such option is empty.
        this.kept = this.tagName !== 'SELECT' || this.options.includes(value) ? value : '';
        this.missing = this.kept !== value;
    }
    get selectedIndex() {
        if (this.tagName !== 'SELECT') {
            return undefined;
        }
        return this.missing ? -1 : this.options.indexOf(this.value);
    }
    get tHead() {
        return this.querySelector('thead');
    }
    get rows() {
        return this.querySelectorAll('tr');
    }

    // Events.
    addEventListener(type, listener) {
        (this.listeners[type] ??= []).push(listener);
    }
    dispatch(type, event = {}) {
        const sent = { type, target: this, stopPropagation() { this.stopped = true; }, preventDefault() { this.prevented = true; }, ...event };
        const done = (this.listeners[type] ?? []).map(listener => listener(sent));
        return { sent, done: Promise.all(done) };
    }
    click() {
        this.dispatch('click');
    }
    reset() {
        this.dispatch('reset');
    }
    scrollIntoView() {
        this.scrolled = true;
    }
}
for (const name of ['hidden', 'open']) {
    Object.defineProperty(Node.prototype, name, {
        get() { return name in this.attributes; },
        set(value) { if (value) { this.attributes[name] = ''; } else { delete this.attributes[name]; } },
    });
}
for (const name of ['id', 'href', 'type', 'scope', 'accept']) {
    Object.defineProperty(Node.prototype, name, {
        get() { return this.attributes[name] ?? ''; },
        set(value) { this.attributes[name] = String(value); },
    });
}

function parse(html) {
    const root = new Node('html');
    let at = root;
    for (const [token, end, name, attributes, closed] of html.matchAll(TOKEN)) {
        if (token.startsWith('<!--')) {
            continue;
        }
        if (!name) {
            at.append(plain(token));
        } else if (end) {
            let open = at;
            while (open && open.tagName !== name.toUpperCase()) {
                open = open.parent;
            }
            at = open?.parent ?? at;
        } else {
            const pairs = Array.from(attributes.matchAll(ATTRIBUTE), ([, key, quoted, bare]) => [key, plain(quoted ?? bare ?? '')]);
            const node = new Node(name, Object.fromEntries(pairs));
            at.append(node);
            at = VOID.has(name) || closed ? at : node;
        }
    }
    return root;
}

// A page at an address, after `before` has seen it and `script` has run in it. Nothing waits: what is
// set to happen later happens when `later()` is called.
exports.open = (html, script, { address = 'https://book.test/page.html', fixed = false, before = () => {} } = {}) => {
    const root = parse(html);
    const waiting = new Map();
    const window = new Node('window');
    const page = { root, window, url: new URL(address) };
    page.document = {
        getElementById: id => root.below().find(node => node.id === id) ?? null,
        querySelector: selector => root.querySelector(selector),
        querySelectorAll: selector => root.querySelectorAll(selector),
        createElement: name => new Node(name),
        body: root.querySelector('body'),
    };
    const history = {
        state: null,
        replaceState(_state, _title, url) {
            if (fixed) {
                throw new Error('a page from a file may not change its address');
            }
            page.url = new URL(url);
        },
    };
    // What waits, in milliseconds each.
    page.waits = () => Array.from(waiting.values(), ({ delay }) => delay);
    page.later = () => {
        const all = [...waiting.values()];
        waiting.clear();
        all.forEach(({ run }) => run());
    };
    const location = {
        get search() { return page.url.search; },
        get hash() { return page.url.hash; },
        get href() { return page.url.href; },
    };
    before(page);
    vm.runInNewContext(fs.readFileSync(script, 'utf8'), {
        document: page.document, window, history, location, URL, URLSearchParams, console,
        setTimeout: (run, delay) => { const id = {}; waiting.set(id, { run, delay }); return id; },
        clearTimeout: id => waiting.delete(id),
    }, { filename: script });
    return page;
};

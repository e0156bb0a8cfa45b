"""The one place for the page's own CSS, and for the language of the document."""

from __future__ import annotations

import json
from typing import Final

import streamlit as st

from dashboard import projector
from dashboard.i18n import _, current_language

CSS: Final = """
.stApp header[data-testid="stHeader"], .stApp [data-testid="stToolbar"],
.stApp [data-testid="stDecoration"], .stApp [data-testid="stStatusWidget"],
.stApp [data-testid="stElementToolbar"] { display: none; }
.stApp .stMainBlockContainer { padding: .75rem 1.25rem 2rem; max-width: none; }
.stApp .stMainBlockContainer .stVerticalBlock { gap: .6rem; }
.stApp .px-brand { font-size: 1.35rem; font-weight: 700; margin: 0; line-height: 2.4rem;
  white-space: nowrap; }
.stApp .px-pages ul { display: flex; flex-wrap: wrap; gap: 0 .25rem;
  list-style: none; margin: 0; padding: 0; }
.stApp .px-pages li { margin: 0; }
.stApp .px-pages a { display: block; padding: .3rem .6rem; min-height: 2.4rem; line-height: 1.8rem;
  box-sizing: border-box; color: #14557b; text-decoration: none; border-bottom: 3px solid transparent; }
.stApp .px-pages a:hover { text-decoration: underline; }
.stApp .px-pages a[aria-current] { color: #101418; font-weight: 650; border-bottom-color: #14557b; }
.stApp .px-title { font-size: 1.45rem; font-weight: 650; line-height: 1.25; margin: 0; padding: 0; }
.stApp .px-sub { color: #4a545e; margin: .1rem 0 0; font-size: 1rem; }
.stApp .px-people { margin: .2rem 0 0; font-size: 1rem; font-style: italic; color: #333c44; }
.stApp .px-topics { display: grid; gap: 0 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
.stApp .px-topic h2 { font-size: 1.25rem; margin: 1rem 0 .2rem; padding: 0; font-weight: 650; }
.stApp .px-topic p { max-width: 75ch; margin: .2rem 0; }
.stApp .px-contents ul { columns: 18rem; margin: .3rem 0; padding-left: 1.1rem; }
.stApp .px-card h2 { font-size: 1.6rem; line-height: 1.2; margin: 0; padding: 0; font-weight: 700; }
.stApp .px-card h3 { font-size: 1.1rem; margin: .9rem 0 .25rem; padding: 0; font-weight: 650; }
.stApp .px-card p { margin: .2rem 0; font-size: 1rem; line-height: 1.45; }
.stApp .px-card ul { margin: .2rem 0; padding-left: 1.1rem; }
.stApp .px-card li { font-size: 1rem; margin: .1rem 0; line-height: 1.4; }
.stApp .px-card .px-value { font-size: 2.5rem; font-weight: 700; line-height: 1.1; margin: .35rem 0 .1rem; }
.stApp .px-card .px-value.px-missing { font-size: 1.5rem; color: #4a545e; }
.stApp .px-grade { font-size: 1rem; font-weight: 500; color: #333c44; white-space: nowrap; }
.stApp .px-card ul.px-compare { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .2rem 0;
  padding: 0; list-style: none; }
.stApp .px-card ul.px-compare li { margin: 0; }
.stApp .px-strip { display: block; width: 100%; max-width: 22rem; height: auto; margin: .2rem 0 0; }
.stApp .px-small, .stApp .px-card p.px-small { font-size: .9rem; color: #4a545e; }
.stApp .px-notice { border-left: 4px solid #14557b; background: #eef4f7; padding: .5rem .75rem;
  margin: .3rem 0; }
.stApp .px-notice p { margin: .15rem 0; }
.stApp .px-calm { max-width: 42rem; margin: 12vh auto; font-size: 1.15rem; line-height: 1.5; }
.stApp .px-calm h1 { font-size: 1.6rem; }
.stApp .px-source { border-top: 1px solid #d5dade; padding-top: .5rem; font-size: .9rem; color: #4a545e; }
.stApp .px-source p { margin: .1rem 0; font-size: .9rem; }
.stApp .px-section { font-size: 1.35rem; font-weight: 650; margin: 1.2rem 0 .2rem; padding: 0; }
.stApp .px-lead { font-size: 1.1rem; margin: .3rem 0; }
.stApp .px-examples { margin: .3rem 0; }
.stApp ul.px-examples { padding-left: 1.1rem; }
.stApp .px-examples li { margin: .35rem 0; font-size: 1rem; }
.stApp .px-examples a, .stApp .px-card a, .stApp .px-table a { color: #14557b; }
.stApp .px-strong { font-weight: 600; }
.stApp .px-table { overflow-x: auto; }
.stApp .px-table table { border-collapse: collapse; width: 100%; font-size: .95rem; }
.stApp .px-table caption { text-align: left; color: #4a545e; padding: .2rem 0; }
.stApp .px-table th, .stApp .px-table td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border: 0; border-bottom: 1px solid #d5dade; font-weight: 400; min-width: 7rem; }
.stApp .px-table thead th { font-weight: 600; border-bottom: 2px solid #6b7680; }
.stApp .px-table p { margin: .1rem 0; }
.stApp .px-facts { margin: 0; }
.stApp .px-facts > div { display: flex; flex-wrap: wrap; gap: .1rem .8rem; margin: .25rem 0; }
.stApp .px-facts dt { flex: 0 0 9rem; font-weight: 600; }
.stApp .px-facts dd { flex: 1 1 20rem; margin: 0; max-width: 60rem; }
.stApp .proximite-legend ul { display: flex; flex-wrap: wrap; gap: 0 1.3rem; }
.stApp [data-testid="stButtonGroup"] button { min-height: 2.5rem; }
[data-testid="stPopoverBody"] .stVerticalBlock { gap: .5rem; }
[data-testid="stPopoverBody"] .stHtml p { margin: 0; }
[data-testid="stPopoverBody"] .px-small { font-size: .9rem; color: #4a545e; }
.stApp .st-key-language { flex-wrap: nowrap; }
.stApp .st-key-language [data-testid="stCheckbox"] label { white-space: nowrap; }
.stApp .px-copy { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .6rem; }
.stApp .px-copy button { min-height: 2.5rem; padding: .25rem .75rem; border: 1px solid #767f88;
  border-radius: .5rem; background: #fff; color: #101418; font: inherit; cursor: pointer; }
.stApp .px-copy button:hover { border-color: #14557b; color: #14557b; }
.stApp .px-copy button:focus-visible, .stApp .px-copy input:focus-visible {
  outline: 3px solid #14557b; outline-offset: 1px; }
.stApp .px-copy input { flex: 1 1 8rem; min-width: 0; max-width: 24rem; min-height: 2.5rem;
  padding: .25rem .5rem; border: 1px solid #c5ccd2; border-radius: .5rem; background: #f2f4f6;
  color: #333c44; font: inherit; font-size: .9rem; text-overflow: ellipsis; box-sizing: border-box; }
.stApp .st-key-search { position: relative; }
.stApp .st-key-results { position: absolute; top: 100%; left: 0; z-index: 1000; background: #fff;
  border: 1px solid #c5ccd2; border-radius: .5rem; box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
  padding: .4rem .8rem; max-height: 70vh; overflow-y: auto; width: 100%; box-sizing: border-box; }
.stApp .st-key-results .stButton button { min-height: 2.4rem; }
.stApp .st-key-results .stButton button { justify-content: flex-start; text-align: left; width: 100%; }
.stApp .st-key-results .stButton button p { text-align: left; }
.stApp .st-key-filters .stSelectbox, .stApp .st-key-head .stTextInput { min-width: 12rem; }
.stApp .st-key-filters .stSelectbox { flex: 1 1 18rem; }
@media (max-width: 640px) {
  .stApp .stMainBlockContainer { padding: .4rem .6rem 2rem; }
  .stApp .px-title { font-size: 1.15rem; }
  .stApp .px-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .stApp .px-table table, .stApp .px-table caption, .stApp .px-table tbody, .stApp .px-table tr,
  .stApp .px-table tbody th { display: block; }
  .stApp .px-table tbody tr { border-bottom: 2px solid #d5dade; padding: .35rem 0; }
  .stApp .px-table tbody th, .stApp .px-table td { border: 0; padding: .1rem 0; }
  .stApp .px-table tbody th { font-weight: 600; }
  .stApp .px-table td { display: flex; gap: .6rem; }
  .stApp .px-table td:has(> div:empty) { display: none; }
  .stApp .px-table td::before { content: attr(data-label); flex: 0 0 8rem; color: #4a545e; }
  .stApp .px-brand { font-size: 1.2rem; }
  .stApp .st-key-brand { row-gap: 0; }
  .stApp .st-key-language { flex-wrap: wrap; row-gap: .3rem; }
  .stApp .st-key-head { flex-wrap: wrap; row-gap: .3rem; }
  .stApp .st-key-head > *:has(.st-key-brand) { order: 1; flex: 1 1 auto; }
  .stApp .st-key-head > *:has(.st-key-language) { order: 2; flex: 0 0 auto; }
  .stApp .st-key-head > *:has(.st-key-search) { order: 3; flex: 1 1 100%; }
  .stApp .st-key-filters { row-gap: .4rem; column-gap: .4rem; }
  .stApp .st-key-filters > *:has(.stSelectbox) { flex: 1 1 100%; }
  .stApp .st-key-filters > *:has(.stSelectbox) > * { width: 100%; }
  .stApp .st-key-filters [data-testid="stWidgetLabel"] { display: none; }
  .stApp .st-key-filters button { padding-left: .6rem; padding-right: .6rem; }
}
@media print { .stApp .st-key-filters, .stApp .st-key-head { display: none; } }
"""

PROJECTED: Final = """
html { font-size: 20px !important; }
.stApp, .stApp p, .stApp li, .stApp label, .stApp td, .stApp th, .stApp summary, .stApp .px-gap,
.stApp .px-sub, .stApp .px-small, .stApp .px-card p.px-small, .stApp .px-source, .stApp .px-people,
.stApp .px-grade, .stApp .px-table caption, .stApp .px-card .px-value.px-missing { color: #000; }
.stApp .px-small, .stApp .px-card p.px-small, .stApp .px-source, .stApp .px-source p { font-size: 1rem; }
.stApp .px-people { font-style: normal; }
html .stApp .px-pictures { grid-template-columns: repeat(auto-fill, minmax(min(100%, 520px), 1fr)); }
html .stApp .px-picture { max-width: 640px; }
html .stApp .px-strip { max-width: 30rem; }
[data-testid="stPopoverBody"] .px-small { color: #000; }
.stApp .px-pages a { color: #000; padding: .2rem .45rem; min-height: 2rem; line-height: 1.5rem;
  text-decoration: underline; }
.stApp .px-pages a[aria-current] { color: #000; text-decoration: none; border-bottom: 4px solid #000; }
.stApp a { color: #0b3a57; }
.stApp button[kind="primary"], .stApp button[kind="primary"] * { color: #fff; }
.stApp .proximite-legend span { color: #000 !important; }
.stApp .px-copy button, .stApp [data-baseweb="checkbox"] > span:first-of-type { border-color: #000; }
.stApp .st-key-head { row-gap: 0; }
@media (min-width: 641px) {
  .stApp .st-key-head:has(.st-key-search) > *:has(.st-key-brand) { flex: 1 1 100%; }
  .stApp .st-key-brand > *:first-child { flex: 0 0 auto; width: auto; }
}
.stApp .px-notice { background: #fff; border: 2px solid #000; border-left-width: 8px; }
.stApp .px-table thead th, .stApp .px-source { border-color: #000; }
.stApp .px-table th, .stApp .px-table td { border-bottom-color: #595959; }
.stApp button, .stApp [data-baseweb="select"] > div, .stApp [data-baseweb="input"], .stApp .px-copy input {
  border-color: #000; }
"""
"""What projector mode changes: type a quarter larger, black on white, lines that carry across a room."""

_IN_LANGUAGE: Final = """{
  const words = WORDS;
  document.documentElement.lang = words.language;
  document.title = words.title;
  const skip = document.querySelector("a[href='#stMain']");
  if (skip) skip.textContent = words.skip;
}"""
"""A block of its own: it runs again, in the same page, at each change of language."""


def apply_style(title: str) -> None:
    """Put the page's CSS in, hide Streamlit's own chrome, and tell the browser the language."""
    st.html(f"<style>{CSS}{PROJECTED if projector.is_on() else ''}</style>")
    words = {"language": current_language(), "title": title, "skip": _("Aller au contenu")}
    script = _IN_LANGUAGE.replace("WORDS", json.dumps(words))
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)

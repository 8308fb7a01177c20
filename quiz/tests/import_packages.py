"""Imports packages into a new collection, one after the other, and tells what came of it."""
import json
import sys
import tempfile

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

with tempfile.TemporaryDirectory() as folder:
    collection = Collection(f"{folder}/collection.anki2")
    for package in sys.argv[1:]:
        request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())
        log = collection.import_anki_package(request).log
        print(json.dumps({"new": len(log.new), "updated": len(log.updated),
                          "same": len(log.duplicate), "conflicts": len(log.conflicting)}))
    decks = sorted(deck.name for deck in collection.decks.all_names_and_ids())
    print(json.dumps({"notes": collection.note_count(), "cards": collection.card_count(),
                      "decks": decks}))
    for note in sorted(collection.find_notes("")):
        note = collection.get_note(note)
        shown = note.cards()[0].render_output()
        print("\n== " + note["Id"], note.tags, "\n" + shown.question_text.strip())
        print("--", shown.answer_text.split("<hr id=answer>")[1].strip(), sep="\n")
    problems, sound = collection.fix_integrity()
    print("\n" + ("sound" if sound else problems))
    collection.close()

#pragma once
#include <string>

// SQLite has no checksums: a bit that turned on the disk shows in what is read. These make such text fit to
// be shown and sent, with U+FFFD for what cannot be read. Used for rows of the journal.
namespace gatehouse::store {

// letters: still the document it was. wrapped: no JSON any more, now the text of {"unreadable": TEXT}.
enum class Mended { nothing, letters, wrapped };
[[nodiscard]] Mended mend_document(std::string& data);
// An id or a name of ours, which is put between quotes as it is: nothing that JSON would have to escape
// stays. True when something was replaced.
[[nodiscard]] bool mend_name(std::string& name);

} // namespace gatehouse::store

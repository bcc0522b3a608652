#pragma once
#include "gateway/base/errc.hpp"
#include "protocols/isapi/ascii.hpp"

#include <pugixml.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// XML and JSON (json_document.hpp) read the same way: a node has named children and a text, which lives as
// long as its document. Names are local names, because every device has its own namespace (sheet §3); a
// number may be written as text and the other way round.
namespace gatehouse::isapi {

inline constexpr std::size_t document_max = 2U << 20;
inline constexpr int depth_max = 32;
inline constexpr std::size_t page_rows_max = 1000; // of the answer to one search; devices send 30 to 100

constexpr std::string_view local_name(std::string_view name)
{
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class XmlNode {
public:
    explicit XmlNode(pugi::xml_node node) : node_(node) {}
    [[nodiscard]] std::string_view text() const { return ascii::trim(node_.child_value()); }
    // Calls visit(local name, child) for each child element.
    template <class Visit>
    void each(Visit&& visit) const
    {
        for (auto child = node_.first_child(); child; child = child.next_sibling())
            if (const std::string_view name = child.name(); !name.empty()) // otherwise it is text
                visit(local_name(name), XmlNode(child));
    }

private:
    pugi::xml_node node_;
};

// "75", "0x4b", "98.5" (cut to 98) or nothing.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text);
[[nodiscard]] std::optional<double> decimal_number(std::string_view text);
// true | 1 | yes, false | 0 | no and the misspelt "flase"; anything else is nothing.
[[nodiscard]] std::optional<bool> truth(std::string_view text);

// Text of the first element of that name, `root` or below; empty when there is none.
[[nodiscard]] std::string text_of(pugi::xml_node root, std::string_view name);
// The same of a whole document; empty also when it is no XML.
[[nodiscard]] std::string element_text(std::string_view document, std::string_view name);
[[nodiscard]] pugi::xml_node child_of(pugi::xml_node node, std::string_view name);

enum class DocumentFlaw { none, empty, too_large, too_deep, malformed };
// What can be told without reading.
[[nodiscard]] DocumentFlaw size_flaw(std::string_view bytes);
[[nodiscard]] base::Errc error_of(DocumentFlaw flaw);

// A parsed document with its root element; bytes that are no UTF-8 are read as GB18030 first.
struct XmlDocument {
    pugi::xml_document tree;
    DocumentFlaw flaw = DocumentFlaw::none;
    [[nodiscard]] pugi::xml_node root() const { return tree.document_element(); }
    [[nodiscard]] std::string_view root_name() const { return local_name(root().name()); }
    // Total: never throws. Truncated documents are refused.
    void load(std::string_view bytes);
};

// Where a document begins: byte order mark and blanks skipped. '<' XML, '{' JSON, anything else neither.
[[nodiscard]] std::string_view document_start(std::string_view bytes);

} // namespace gatehouse::isapi

#include "protocols/isapi/document.hpp"

#include "protocols/wire/text.hpp"

#include <charconv>
#include <cmath>

namespace gatehouse::isapi {
namespace {

// What devices write is well below this; deeper trees only cost stack in whoever walks them.
bool too_deep(pugi::xml_node node, int levels = depth_max)
{
    for (auto child = node.first_child(); child; child = child.next_sibling())
        if (levels == 0 || too_deep(child, levels - 1)) return true;
    return false;
}

} // namespace

DocumentFlaw size_flaw(std::string_view bytes)
{
    if (bytes.empty()) return DocumentFlaw::empty;
    return bytes.size() > document_max ? DocumentFlaw::too_large : DocumentFlaw::none;
}

base::Errc error_of(DocumentFlaw flaw)
{
    return flaw == DocumentFlaw::too_large ? base::Errc::too_large : base::Errc::bad_input;
}

std::optional<std::int64_t> whole_number(std::string_view text)
{
    text = ascii::trim(text);
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        text.remove_prefix(2);
        base = 16;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view left(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (!left.empty() &&
        (base == 16 || left.find_first_not_of("0123456789", 1) != std::string_view::npos || left[0] != '.'))
        return std::nullopt;
    return number;
}

std::optional<double> decimal_number(std::string_view text)
{
    text = ascii::trim(text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<bool> truth(std::string_view text)
{
    text = ascii::trim(text);
    for (const auto word : {"true", "1", "yes"})
        if (ascii::same_word(text, word)) return true;
    for (const auto word : {"false", "0", "no", "flase"})
        if (ascii::same_word(text, word)) return false;
    return std::nullopt;
}

pugi::xml_node child_of(pugi::xml_node node, std::string_view name)
{
    for (const auto child : node.children())
        if (local_name(child.name()) == name) return child;
    return {};
}

std::string text_of(pugi::xml_node root, std::string_view name)
{
    if (local_name(root.name()) == name &&
        !root.find_child([](pugi::xml_node child) { return child.type() == pugi::node_element; }))
        return std::string(XmlNode(root).text());
    const auto found = root.find_node([&](pugi::xml_node node) { return local_name(node.name()) == name; });
    return std::string(XmlNode(found).text());
}

std::string element_text(std::string_view document, std::string_view name)
{
    XmlDocument xml;
    xml.load(document);
    return xml.flaw == DocumentFlaw::none ? text_of(xml.root(), name) : std::string();
}

std::string_view document_start(std::string_view bytes)
{
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    while (!bytes.empty() && ascii::is_blank(bytes.front()))
        bytes.remove_prefix(1);
    return bytes;
}

void XmlDocument::load(std::string_view bytes)
{
    bytes = document_start(bytes);
    flaw = size_flaw(bytes);
    if (flaw != DocumentFlaw::none) return;
    // The declaration may name an encoding that is not the one used: the bytes decide.
    std::string converted;
    bytes = wire::as_utf8(bytes, converted);
    // Text without elements beside it is kept with its element: half the nodes.
    const auto flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_embed_pcdata;
    if (!tree.load_buffer(bytes.data(), bytes.size(), flags, pugi::encoding_utf8) || !root())
        flaw = DocumentFlaw::malformed;
    else if (too_deep(root()))
        flaw = DocumentFlaw::too_deep;
}

} // namespace gatehouse::isapi

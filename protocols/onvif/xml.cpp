#include "protocols/onvif/xml.hpp"

#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::onvif {
namespace {

// Deeper trees only cost stack in whoever walks them.
bool too_deep(pugi::xml_node node, int levels = depth_max)
{
    for (auto child = node.first_child(); child; child = child.next_sibling())
        if (levels == 0 || too_deep(child, levels - 1)) return true;
    return false;
}

std::string_view prefix_of(std::string_view name)
{
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

// What a prefix stands for where `node` is; empty when nothing declares it.
std::string_view uri_of(pugi::xml_node node, std::string_view prefix)
{
    for (; node; node = node.parent())
        for (auto at = node.first_attribute(); at; at = at.next_attribute())
            if (declared_prefix(at) == prefix) return at.value();
    return {};
}

} // namespace

std::string_view to_string(Flaw flaw)
{
    switch (flaw) {
    case Flaw::none: return "none";
    case Flaw::empty: return "empty";
    case Flaw::too_large: return "too_large";
    case Flaw::too_deep: return "too_deep";
    case Flaw::malformed: return "malformed";
    }
    return "malformed";
}

void Document::load(std::string_view bytes)
{
    flaw = bytes.empty() ? Flaw::empty : bytes.size() > document_max ? Flaw::too_large : Flaw::none;
    if (flaw != Flaw::none) return;
    // The declaration may name an encoding that is not the one used: the bytes decide.
    std::string converted;
    bytes = wire::as_utf8(bytes, converted);
    // Text without elements beside it is kept with its element: half the nodes.
    const auto flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_embed_pcdata;
    if (!tree.load_buffer(bytes.data(), bytes.size(), flags, pugi::encoding_utf8) || !root())
        flaw = Flaw::malformed;
    else if (too_deep(root()))
        flaw = Flaw::too_deep;
}

std::optional<std::string_view> declared_prefix(pugi::xml_attribute attribute)
{
    constexpr std::string_view word = "xmlns";
    std::string_view name = attribute.name();
    if (!name.starts_with(word)) return std::nullopt;
    name.remove_prefix(word.size());
    if (name.empty()) return name;
    return name.front() == ':' && name.size() > 1 ? std::optional(name.substr(1)) : std::nullopt;
}

bool same_space(std::string_view found, std::string_view wanted)
{
    if (found.empty() || found == wanted) return true;
    if (wanted == ns::soap) return found == ns::soap11;
    return wanted == ns::wsa && found == ns::wsa2004;
}

std::string_view local_name(pugi::xml_node node)
{
    const std::string_view name = node.name();
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is(pugi::xml_node node, std::string_view uri, std::string_view local)
{
    return node.type() == pugi::node_element && local_name(node) == local &&
           same_space(uri_of(node, prefix_of(node.name())), uri);
}

pugi::xml_node child(pugi::xml_node node, std::string_view uri, std::string_view local)
{
    for (auto found = node.first_child(); found; found = found.next_sibling())
        if (is(found, uri, local)) return found;
    return {};
}

pugi::xml_node below(pugi::xml_node node, std::string_view uri, std::string_view local)
{
    return node.find_node([&](pugi::xml_node found) { return is(found, uri, local); });
}

std::string text(pugi::xml_node node)
{
    return std::string(ascii::trim(node.text().get()));
}

std::string transplanted(pugi::xml_node node)
{
    pugi::xml_document document;
    auto copy = document.append_copy(node);
    for (auto outer = node.parent(); outer; outer = outer.parent())
        for (const auto attribute : outer.attributes())
            if (std::string_view(attribute.name()).starts_with("xmlns") && !copy.attribute(attribute.name()))
                copy.append_copy(attribute);
    struct Writer final : pugi::xml_writer {
        std::string text;
        void write(const void* data, std::size_t size) override
        {
            text.append(static_cast<const char*>(data), size);
        }
    };
    Writer writer;
    document.print(writer, "", pugi::format_raw | pugi::format_no_declaration);
    return std::move(writer.text);
}

std::string escaped(std::string_view raw)
{
    std::string out;
    for (const char c : raw) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
        }
    }
    return out;
}

std::optional<bool> truth(std::string_view raw)
{
    const auto word = ascii::lower(ascii::trim(raw));
    constexpr std::array yes{"true", "1", "active", "on", "yes"};
    constexpr std::array no{"false", "0", "inactive", "off", "no"};
    if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
    if (std::find(no.begin(), no.end(), word) != no.end()) return false;
    return std::nullopt;
}

} // namespace gatehouse::onvif

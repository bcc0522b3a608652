#include "protocols/isapi/host_list.hpp"

#include "protocols/isapi/document.hpp"

#include <algorithm>

namespace gatehouse::isapi {
namespace {

// Keeps what a device wrote: blanks between elements, comments, the declaration.
constexpr auto keep_all = pugi::parse_full | pugi::parse_ws_pcdata;

bool load(pugi::xml_document& tree, std::string_view text)
{
    return tree.load_buffer(text.data(), text.size(), keep_all, pugi::encoding_utf8) &&
           tree.document_element();
}

bool is_entry(pugi::xml_node node)
{
    return local_name(node.name()) == "HttpHostNotification";
}

std::string text(pugi::xml_node entry, std::string_view name)
{
    return std::string(XmlNode(child_of(entry, name)).text());
}

pugi::xml_node entry_of(pugi::xml_node root, std::string_view id)
{
    if (is_entry(root)) return text(root, "id") == id ? root : pugi::xml_node();
    for (const auto node : root.children())
        if (is_entry(node) && text(node, "id") == id) return node;
    return {};
}

// Sets an element's text; one that is not there is added, with the prefix its parent has.
void set_text(pugi::xml_node entry, std::string_view name, const std::string& value)
{
    auto node = child_of(entry, name);
    if (!node) {
        const std::string_view parent = entry.name();
        const auto prefix = parent.substr(0, parent.size() - local_name(parent).size());
        node = entry.append_child((std::string(prefix) + std::string(name)).c_str());
    }
    node.text().set(value.c_str());
}

struct Text final : pugi::xml_writer {
    std::string out;
    void write(const void* bytes, std::size_t size) override
    {
        out.append(static_cast<const char*>(bytes), size);
    }
};

void fill(pugi::xml_node entry, const NotificationHost& host)
{
    const bool name = host.address.find_first_not_of("0123456789.:abcdefABCDEF") != std::string::npos;
    set_text(entry, "url", host.url);
    set_text(entry, "protocolType", host.protocol);
    set_text(entry, "parameterFormatType", host.format);
    set_text(entry, "addressingFormatType", name ? "hostname" : "ipaddress");
    set_text(entry, name ? "hostName" : "ipAddress", host.address);
    set_text(entry, "portNo", std::to_string(host.port));
    set_text(entry, "httpAuthenticationMethod", "none");
}

NotificationHost host_of(pugi::xml_node entry)
{
    NotificationHost host;
    host.id = text(entry, "id");
    host.url = text(entry, "url");
    host.protocol = text(entry, "protocolType");
    host.format = text(entry, "parameterFormatType");
    host.user = text(entry, "userName");
    host.address = text(entry, "ipAddress");
    for (const auto name : {"hostName", "ipv6Address"})
        if (auto other = text(entry, name); !host.addressed() && !other.empty())
            host.address = std::move(other);
    host.port =
        static_cast<int>(std::clamp<std::int64_t>(whole_number(text(entry, "portNo")).value_or(0), 0, 65535));
    return host;
}

} // namespace

bool NotificationHost::addressed() const
{
    return !address.empty() && address != "0.0.0.0" && address != "::";
}

// Devices keep an address whose url they refused to store, and post to it: without a url an entry is not free
// yet (pains 9).
bool NotificationHost::free() const
{
    return !addressed() && (url.empty() || url == "/") && user.empty();
}

base::Result<HostList> HostList::parse(std::string_view document)
{
    const auto start = document_start(document);
    if (start.size() > document_max) return base::Errc::too_large;
    pugi::xml_document tree;
    if (!load(tree, start)) return base::Errc::bad_input;
    const auto root = tree.document_element();
    if (local_name(root.name()) != "HttpHostNotificationList" && !is_entry(root))
        return base::Errc::bad_input;
    return HostList(std::string(start));
}

std::string HostList::document_of(const NotificationHost& host)
{
    pugi::xml_document tree;
    auto entry = tree.append_child("HttpHostNotification");
    set_text(entry, "id", host.id);
    fill(entry, host);
    Text text;
    tree.save(text, "", pugi::format_raw, pugi::encoding_utf8);
    return text.out;
}

std::vector<NotificationHost> HostList::hosts() const
{
    std::vector<NotificationHost> out;
    pugi::xml_document tree;
    (void)load(tree, text_); // was well-formed when it came in
    const auto root = tree.document_element();
    if (is_entry(root)) out.push_back(host_of(root));
    for (const auto node : root.children())
        if (is_entry(node) && out.size() < 64) out.push_back(host_of(node));
    return out;
}

HostList::Span HostList::span_of(std::string_view id) const
{
    pugi::xml_document tree;
    (void)load(tree, text_);
    const auto node = entry_of(tree.document_element(), id);
    if (!node || node.offset_debug() < 1) return {};
    const auto at = static_cast<std::size_t>(node.offset_debug()) - 1;
    const auto closing = text_.find(std::string("</") + node.name(), at);
    const auto end = text_.find('>', closing == std::string::npos ? at : closing);
    return end == std::string::npos ? Span{} : Span{at, end + 1 - at};
}

std::string HostList::find(std::string_view address, int port, std::string_view url) const
{
    for (const auto& host : hosts())
        if (host.address == address && host.port == port && host.url == url) return host.id;
    return {};
}

std::string HostList::free_slot(const NotificationHost& ours) const
{
    std::string free;
    for (const auto& host : hosts()) {
        if (host.id.empty()) continue;
        const bool our_url = host.url == ours.url && !host.addressed();
        const bool our_port = host.address == ours.address && host.port == ours.port && host.url.size() <= 1;
        if (our_url || our_port) return host.id;
        if (free.empty() && host.free()) free = host.id;
    }
    return free;
}

base::Result<void> HostList::set(std::string_view id, const NotificationHost& host)
{
    const auto span = span_of(id);
    if (span.size == 0) return base::Errc::not_found;
    pugi::xml_document tree;
    (void)load(tree, text_);
    const auto entry = entry_of(tree.document_element(), id);
    fill(entry, host);
    Text text;
    entry.print(text, "", pugi::format_raw | pugi::format_no_empty_element_tags, pugi::encoding_utf8);
    text_.replace(span.at, span.size, text.out);
    return {};
}

base::Result<void> HostList::restore(std::string_view id, std::string_view before)
{
    const auto old = parse(before);
    if (!old) return old.error();
    const auto was = old->entry(id);
    const auto span = span_of(id);
    if (was.empty() || span.size == 0) return base::Errc::not_found;
    text_.replace(span.at, span.size, was);
    return {};
}

std::string HostList::entry(std::string_view id) const
{
    const auto span = span_of(id);
    return text_.substr(span.at, span.size);
}

} // namespace gatehouse::isapi

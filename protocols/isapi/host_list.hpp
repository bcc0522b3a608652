#pragma once
#include "gateway/base/errc.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::isapi {

// One place a device posts its events to.
struct NotificationHost {
    std::string id;
    std::string url;      // path and query
    std::string protocol; // HTTP | HTTPS
    std::string format;   // XML | JSON | querystring
    std::string address;  // ipAddress, else hostName
    int port = 0;
    std::string user;                     // userName, where the device is to log in there
    [[nodiscard]] bool free() const;      // nothing in it that somebody could have set
    [[nodiscard]] bool addressed() const; // an address other than 0.0.0.0
};

// The list /ISAPI/Event/notification/httpHosts of a device, kept as the device wrote it: devices refuse
// partial lists and forget what is not sent back (sheet §5, §10), so exactly one entry is changed and all
// else goes back untouched.
class HostList {
public:
    // Errors: bad_input, too_large.
    [[nodiscard]] static base::Result<HostList> parse(std::string_view document);

    // One entry alone, as POST …/httpHosts/<id>/test wants it.
    [[nodiscard]] static std::string document_of(const NotificationHost& host);

    [[nodiscard]] std::vector<NotificationHost> hosts() const;
    // Id of the entry that already points at this address, port and url; empty when there is none.
    [[nodiscard]] std::string find(std::string_view address, int port, std::string_view url) const;
    // The entry to take: one in which the device kept half of what we wrote (§10), else the first that nobody
    // uses; empty when all are taken.
    [[nodiscard]] std::string free_slot(const NotificationHost& ours) const;
    // Points entry `id` at us; fields that the device did not list are added, secrets of others never
    // touched. Errors: not_found.
    [[nodiscard]] base::Result<void> set(std::string_view id, const NotificationHost& host);
    // Makes entry `id` what it was in `before` (a document of the same list, or of one entry). Errors:
    // not_found, bad_input.
    [[nodiscard]] base::Result<void> restore(std::string_view id, std::string_view before);
    // The whole list, and one entry alone for PUT …/httpHosts/<id>; empty when there is no such entry.
    [[nodiscard]] const std::string& document() const { return text_; }
    [[nodiscard]] std::string entry(std::string_view id) const;

private:
    // Where an entry stands in the text.
    struct Span {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    explicit HostList(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] Span span_of(std::string_view id) const; // size 0: no such entry

    std::string text_; // UTF-8 without byte order mark, well-formed
};

} // namespace gatehouse::isapi

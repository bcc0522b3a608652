#pragma once
#include "gateway/acceptance/facts.hpp"
#include "gateway/acceptance/run.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gatehouse::acceptance {

// A run as it is kept.
struct Sheet {
    Run run;
    std::string document; // JSON
    std::string hash;     // SHA-256 of the document, once it is signed
};

// What somebody says of an item.
struct Finding {
    Item::Result result = Item::Result::open;
    std::string note;
    std::vector<std::string> evidence;
    std::string actor;
};

// The acceptances of a site, kept in the store for ever. Used by the API. io thread only.
class Sheets {
public:
    struct Ports {
        store::Store& store;
        base::Clock& clock;
        model::UlidSource& ids;
        std::function<asio::awaitable<base::Result<Facts>>()> facts;
        std::function<const config::SiteConfig&()> site;
    };

    explicit Sheets(Ports ports) : ports_(std::move(ports)) {}

    // Newest first. All of these also give the errors of the store.
    asio::awaitable<base::Result<std::vector<Sheet>>> all();
    // Errors: not_found.
    asio::awaitable<base::Result<Sheet>> find(std::string id);
    // With its automatic checks done. Errors: overloaded (a hundred are enough).
    asio::awaitable<base::Result<Sheet>> begin(std::string actor);
    // Errors of these: busy (somebody else changes a sheet just now), not_found, conflict (it is signed; an
    // automatic check is not for people, but they may set it aside; some items are still open), bad_input.
    asio::awaitable<base::Result<Sheet>> settle(std::string id, std::string item, Finding finding);
    asio::awaitable<base::Result<Sheet>> check_again(std::string id);
    asio::awaitable<base::Result<Sheet>> sign(std::string id, std::vector<Signature> signatures,
                                              std::string actor);

private:
    // Found, and not signed.
    asio::awaitable<base::Result<Sheet>> open_one(std::string id);
    asio::awaitable<base::Result<Sheet>> keep(Sheet sheet, std::vector<audit::Record> records);

    Ports ports_;
    bool changing_ = false; // from reading a sheet to keeping it: nobody's word is lost
};

} // namespace gatehouse::acceptance

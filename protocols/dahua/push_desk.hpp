#pragma once
#include "protocols/dahua/session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::dahua {

// Takes what a device posts to us: PictureHttpUpload of terminals and ITSAPI of plate cameras (sheet §6). 200
// means: on disk, or understood and not wanted. 503: the device keeps it and sends it again. A device that
// asks whether to open gets our own decision in the answer, where the configuration lets it wait for one.
class PushDesk {
public:
    explicit PushDesk(Session& session) : session_(session) {}

    asio::awaitable<device::PushReply> take(device::PushRequest request);
    // When the device last posted; nothing: never.
    [[nodiscard]] std::optional<base::MonoTime> last() const { return last_; }

private:
    // What a post holds.
    struct Found {
        std::vector<Mapped> news;
        bool understood = false;
        std::string why = "the post holds no event"; // when it was not
    };
    Found read(const device::PushRequest& request);
    void read_text(std::string_view text, Found& found);
    asio::awaitable<device::PushReply> take_itsapi(std::string_view name, const std::string& body);
    asio::awaitable<device::PushReply> take_passage(const json::object& body);
    asio::awaitable<device::PushReply> take_upload(const device::PushRequest& request);
    asio::awaitable<base::Result<void>> settle(std::vector<Mapped> news);
    [[nodiscard]] device::PushReply refuse(const std::string& why);

    Session& session_;
    std::optional<base::MonoTime> last_;
    std::string last_refusal_;
    int refusals_ = 0; // of the same kind in a row
};

// The part of ITSAPI behind "/NotificationInfo/" in a request's target; empty: it is none.
[[nodiscard]] std::string_view itsapi_name(std::string_view target);

} // namespace gatehouse::dahua

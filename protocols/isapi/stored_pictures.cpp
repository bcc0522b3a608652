#include "protocols/isapi/stored_pictures.hpp"

#include "protocols/isapi/search.hpp"

namespace gatehouse::isapi {
namespace {

constexpr std::size_t picture_max = 2U << 20; // as in the stream

} // namespace

std::string StoredPictures::path_of(const Mapped& mapped) const
{
    if (std::holds_alternative<model::VehiclePassage>(mapped.event.body))
        return plate_picture_path(mapped.picture_url);
    return record_picture_path(mapped.picture_url, session_.config.target.host);
}

asio::awaitable<void> StoredPictures::fetch(Mapped& mapped)
{
    if (mapped.picture_url.empty()) co_return;
    auto path = path_of(mapped);
    Answer answer;
    answer.error = base::Errc::unavailable;
    if (answers_ && !path.empty()) {
        answer = co_await session_.get(std::move(path));
        answers_ = !answer.error; // thousands of records must not wait for a time-out each
    }
    const bool whole =
        answer.ok() && answer.body.starts_with("\xFF\xD8") && answer.body.size() <= picture_max;
    if (!whole) {
        session_
            .counter("gatehouse_isapi_stored_pictures_missing_total",
                     "Pictures of records from a device's log that could not be fetched")
            .add();
        co_return;
    }
    model::Picture picture;
    picture.kind = std::string(picture_kind(mapped.picture_url, mapped));
    picture.bytes = std::make_shared<const std::string>(std::move(answer.body));
    mapped.event.pictures.push_back(std::move(picture));
}

} // namespace gatehouse::isapi

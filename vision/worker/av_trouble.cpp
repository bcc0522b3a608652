#include "vision/worker/av_trouble.hpp"

#include "vision/worker/av.hpp"

#include <algorithm>
#include <iterator>

namespace gatehouse::vision {
namespace {

struct Meaning {
    int av_error;
    base::Errc code;
    const char* reason;
    const char* why;
};

constexpr Meaning meanings[] = {
    {AVERROR_HTTP_UNAUTHORIZED, base::Errc::unauthorised, "unauthorised",
     "the camera refuses the user name or the password"},
    {AVERROR_HTTP_FORBIDDEN, base::Errc::unauthorised, "unauthorised",
     "this user may not see the camera's pictures"},
    {AVERROR_HTTP_NOT_FOUND, base::Errc::not_found, "not_found", "the camera knows no stream of this path"},
    {AVERROR(ECONNREFUSED), base::Errc::unreachable, "refused", "nothing listens at the camera's port"},
    {AVERROR(EHOSTUNREACH), base::Errc::unreachable, "unreachable", "no way leads to the camera's address"},
    {AVERROR(ENETUNREACH), base::Errc::unreachable, "unreachable", "no way leads to the camera's address"},
    {AVERROR(EACCES), base::Errc::untrusted, "refused",
     "the camera sends us on to another address, which is not followed"},
    {AVERROR(ETIMEDOUT), base::Errc::timed_out, "timed_out", "the camera does not answer in time"},
    {AVERROR_EXIT, base::Errc::timed_out, "timed_out", "the camera does not answer in time"},
    {AVERROR_EOF, base::Errc::closed, "ended", "the camera ended the stream"},
    {AVERROR(ECONNRESET), base::Errc::closed, "ended", "the camera cut the connection"},
    {AVERROR(EPIPE), base::Errc::closed, "ended", "the camera cut the connection"},
    {AVERROR_INVALIDDATA, base::Errc::damaged, "ended",
     "what the camera answers is no stream that can be understood"},
};

} // namespace

AvTrouble av_trouble(int av_error)
{
    const auto* found = std::ranges::find(meanings, av_error, &Meaning::av_error);
    if (found == std::end(meanings))
        return {base::Errc::failed, {"ended", "the connection to the camera failed"}};
    return {found->code, {found->reason, found->why}};
}

} // namespace gatehouse::vision

#include "gateway/api/admission.hpp"

namespace gatehouse::api {
namespace {

account::Principal everything(const std::string& name)
{
    account::Principal who;
    who.name = name;
    who.permissions = account::Permissions::all();
    return who;
}

bool only_reads(const Request& request)
{
    return request.method == "GET" || request.method == "HEAD";
}

} // namespace

// The file's permission says who may use the control socket. Whoever else is on this machine may read.
Admission admit(const Context&, const Request& request, std::optional<account::Permission> needed)
{
    Admission admission;
    admission.who = everything(request.peer);
    if (needed && !request.control && !only_reads(request))
        admission.refusal =
            problem(403, "changes are made over the control socket; accounts follow in a later version");
    return admission;
}

} // namespace gatehouse::api

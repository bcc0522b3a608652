#include "gateway/base/sha256.hpp"
#include "tests/unit/protocols/onvif/session_fixture.hpp"

#include <algorithm>

namespace gatehouse::onvif {

using model::LinkState;

// ---- log-in and clock ----

TEST_F(OnvifSession, TheLinkIsUpAfterTheFirstAnsweredPull)
{
    start();
    EXPECT_EQ(links(), (std::vector<LinkState>{}));
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    const auto status = driver->status();
    EXPECT_EQ(status.model, "Acme C1");
    EXPECT_EQ(status.serial, "C0001");
    EXPECT_EQ(status.facts.at("login"), "token");
}

TEST_F(OnvifSession, ADeviceThatLostItsTimeIsSignedForByItsOwnClock)
{
    device.clock_skew = -std::chrono::hours(24) * 365 * 50;
    device.token_window = 5s;
    start();
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    EXPECT_FALSE(driver->status().clock_trusted);
    EXPECT_EQ(bodies<model::DeviceClock>().size(), 1U);
}

TEST_F(OnvifSession, AClockThatJumpsCostsOneRefusalAndNotTheLink)
{
    device.token_window = 5s;
    start();
    pass(30s);
    device.clock_skew = -3h; // a reboot without battery
    pass(60s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    EXPECT_GE(device.asked("GetSystemDateAndTime"), 2U);
}

TEST_F(OnvifSession, ADeviceThatWantsADigestGetsItWithoutAToken)
{
    device.login = "digest";
    start();
    pass(2s);
    EXPECT_EQ(driver->status().facts.at("login"), "digest");
    EXPECT_EQ(memory.values.at("login/form"), "digest");
    EXPECT_FALSE(device.last("PullMessages")->token);
}

TEST_F(OnvifSession, ADeviceThatWantsBothGetsBoth)
{
    device.login = "both";
    start();
    pass(2s);
    EXPECT_EQ(driver->status().facts.at("login"), "both");
}

TEST_F(OnvifSession, TheFormOfTheLogInIsRemembered)
{
    memory.values["login/form"] = "digest";
    device.login = "digest";
    start();
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    EXPECT_TRUE(std::none_of(device.requests.begin(), device.requests.end(),
                             [](const auto& request) { return request.token; }));
}

TEST_F(OnvifSession, AWrongPasswordIsTriedRarelyWhateverTheFormOfTheRefusal)
{
    for (const bool by_fault : {true, false}) {
        device.password = "another";
        device.refuses_by_fault = by_fault;
        device.requests.clear();
        start();
        pass(30min);
        const auto wrong = std::count_if(device.requests.begin(), device.requests.end(),
                                         [](const auto& request) { return request.token || request.digest; });
        EXPECT_LE(wrong, 3) << "devices lock after five in half an hour";
        EXPECT_GE(wrong, 2);
        EXPECT_EQ(driver->status().link, LinkState::down);
        stop();
    }
}

TEST_F(OnvifSession, AWrongDigestPasswordIsTriedRarelyToo)
{
    device.login = "digest";
    device.password = "another";
    start();
    pass(30min);
    const auto wrong = std::count_if(device.requests.begin(), device.requests.end(),
                                     [](const auto& request) { return request.token || request.digest; });
    EXPECT_LE(wrong, 4);
    device.password = "secret";
    pass(30min);
    EXPECT_EQ(driver->status().link, LinkState::up);
}

TEST_F(OnvifSession, ADigestPasswordThatWasChangedThereIsShownTwiceByAllRequestsTogether)
{
    device.login = "digest";
    start();
    pass(5s);
    ASSERT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    device.password = "another";
    device.requests.clear();
    pass(50s);
    EXPECT_EQ(std::count_if(device.requests.begin(), device.requests.end(),
                            [](const auto& request) { return request.digest; }),
              2);
    EXPECT_EQ(driver->status().link, LinkState::down);
}

TEST_F(OnvifSession, AddressesOfElsewhereAreFollowedToTheConfiguredHostAlone)
{
    device.told_host = "10.9.9.9:8899";
    start();
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    EXPECT_EQ(device.last("CreatePullPointSubscription")->target, "/onvif/Events");
    EXPECT_EQ(device.last("PullMessages")->target, "/onvif/Subscription?Idx=1");
}

TEST_F(OnvifSession, CapabilitiesServeWhereThereIsNoListOfServices)
{
    device.knows_services = false;
    start();
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
}

TEST_F(OnvifSession, TheClockIsSetWhereConfiguredAndItsZoneKept)
{
    device.clock_skew = -1h;
    start("clock = \"correct\"");
    pass(2s);
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].what, "clock");
    EXPECT_EQ(writes[0].result, "ok");
    EXPECT_NE(device.last("SetSystemDateAndTime")->body.find("<tt:TZ>CST-8</tt:TZ>"), std::string::npos);
    EXPECT_TRUE(driver->status().clock_trusted);
    EXPECT_TRUE(bodies<model::DeviceClock>().back().corrected);
}

TEST_F(OnvifSession, AClockThatFollowsAServerIsLeftAlone)
{
    device.clock_skew = -1h;
    device.clock_mode = "NTP";
    start("clock = \"correct\"");
    pass(2s);
    EXPECT_EQ(device.asked("SetSystemDateAndTime"), 0U);
    const auto outcome = command(model::Action::device_sync);
    EXPECT_EQ(outcome.status, model::Status::failed);
}

// ---- events ----

TEST_F(OnvifSession, AnEventComesAtOnceWithItsCorrectedTime)
{
    device.clock_skew = -4s;
    start();
    pass(2s);
    const auto now = clock.wall();
    happen("t:RuleEngine/TamperDetector/Tamper", "Changed", {"VideoSourceToken=1"}, {"IsTamper=true"});
    const auto told = of<model::Tamper>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(std::get<model::Tamper>(told[0].body).active);
    EXPECT_TRUE(told[0].time_trusted);
    EXPECT_LT(std::chrono::abs(told[0].occurred_at - now), 1s);
    EXPECT_EQ(*told[0].device_time, now - 4s);
}

TEST_F(OnvifSession, WhatIsSoAtTheStartIsNoEventUnlessSomebodyTampers)
{
    device.set_property("t:RuleEngine/CellMotionDetector/Motion", {"VideoSourceConfigurationToken=1"},
                        {"IsMotion=true"});
    device.set_property("t:RuleEngine/TamperDetector/Tamper", {"VideoSourceToken=1"}, {"IsTamper=true"});
    device.set_property("t:VideoSource/SignalLoss", {"Source=1"}, {"State=false"});
    start();
    pass(2s);
    EXPECT_TRUE(of<model::Detection>().empty());
    EXPECT_TRUE(of<model::DeviceHealth>().empty());
    const auto told = of<model::Tamper>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(told[0].time_trusted) << "since when nobody knows";
}

TEST_F(OnvifSession, AnAlarmThatEndedWhileWeWereAwayIsEnded)
{
    device.set_property("t:RuleEngine/TamperDetector/Tamper", {"VideoSourceToken=1"}, {"IsTamper=true"});
    start();
    pass(2s);
    stop();
    device.set_property("t:RuleEngine/TamperDetector/Tamper", {"VideoSourceToken=1"}, {"IsTamper=false"});
    start();
    pass(2s);
    const auto told = bodies<model::Tamper>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_FALSE(told[1].active);
}

TEST_F(OnvifSession, OneMotionUnderThreeTopicsIsOneDetection)
{
    start();
    pass(2s);
    for (const std::string value : {"true", "false"}) {
        happen("t:VideoSource/MotionAlarm", "Changed", {"Source=1"}, {"State=" + value});
        happen("t:RuleEngine/CellMotionDetector/Motion", "Changed", {"VideoSourceConfigurationToken=1"},
               {"IsMotion=" + value});
        happen("t:RuleEngine/MotionRegionDetector/Motion", "Changed", {"VideoSource=1"}, {"State=" + value});
    }
    const auto told = bodies<model::Detection>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told[0].active);
    EXPECT_FALSE(told[1].active);
}

TEST_F(OnvifSession, WhatIsSaidTwiceIsToldOnce)
{
    start();
    pass(2s);
    for (int i = 0; i < 2; ++i) {
        happen("t:Device/Trigger/DigitalInput", "Changed", {"InputToken=fire"}, {"LogicalState=true"});
        happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_in"}, {"Card=17"});
    }
    ASSERT_EQ(bodies<model::InputChanged>().size(), 1U);
    EXPECT_EQ(bodies<model::InputChanged>()[0].input, 2);
    EXPECT_EQ(bodies<model::AccessAttempt>().size(), 1U);
    EXPECT_EQ(repeats, 1) << "the journal knows it by its key";
}

TEST_F(OnvifSession, TheSameCardAtTheSameTimeOfAClockThatStartedAnewIsAnotherPassage)
{
    device.clock_skew = -1h;
    start();
    pass(2s);
    happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_in"}, {"Card=17"});
    stop();
    device.clock_skew -= 6s; // its clock stood still for as long as we were away
    start();
    pass(3s);
    happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_in"}, {"Card=17"});
    EXPECT_EQ(bodies<model::AccessAttempt>().size(), 2U);
}

TEST_F(OnvifSession, AnotherDeviceAtTheAddressIsNotTakenForTheOldOne)
{
    device.set_property("t:RuleEngine/TamperDetector/Tamper", {"VideoSourceToken=1"}, {"IsTamper=true"});
    start();
    pass(2s);
    stop();
    device.serial = "C0002";
    start();
    pass(2s);
    EXPECT_EQ(bodies<model::Tamper>().size(), 2U) << "what the old one had told says nothing of this one";
    EXPECT_EQ(memory.values.at("device/serial"), "C0002");
}

TEST_F(OnvifSession, APersonWhoIsToldLateOpensNothing)
{
    device.has_doors = true;
    start();
    pass(10s);
    device.pulls_hang = true;
    pass(25s);
    happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_in"}, {"Card=17"});
    pass(40s);
    device.pulls_hang = false;
    pass(20s);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 1U);
    EXPECT_TRUE(of<model::AccessAttempt>()[0].history);
    EXPECT_TRUE(early.empty());
}

TEST_F(OnvifSession, APersonIsAnnouncedEarlyWithDoorReaderAndDirection)
{
    device.has_doors = true;
    start();
    pass(2s);
    happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_out"},
           {"CredentialToken=c1", "CredentialHolderName=Li", "Card=4711"});
    happen("t:AccessControl/AccessDenied/CredentialNotFound/Card", "", {"AccessPointToken=ap_in"},
           {"Card=9"});
    happen("t:AccessControl/AccessDenied/Credential", "", {"AccessPointToken=ap_in"},
           {"Card=5", "Reason=ter:CredentialExpired"});
    ASSERT_EQ(early.size(), 3U);
    const auto attempts = bodies<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 3U);
    EXPECT_TRUE(attempts[0].granted);
    EXPECT_EQ(attempts[0].card, "4711");
    EXPECT_EQ(attempts[0].person, "Li");
    EXPECT_EQ(attempts[0].door, 1);
    EXPECT_EQ(attempts[0].reader, 2);
    EXPECT_EQ(of<model::AccessAttempt>()[0].direction, model::Direction::out);
    EXPECT_EQ(attempts[1].reason, "unknown_credential");
    EXPECT_EQ(of<model::AccessAttempt>()[1].direction, model::Direction::in);
    EXPECT_EQ(attempts[2].reason, "expired");
}

TEST_F(OnvifSession, ADoorThatIsForcedAndShutAgainIsTold)
{
    device.has_doors = true;
    start();
    pass(2s);
    happen("t:Door/State/DoorAlarm", "Changed", {"DoorToken=door_b"}, {"State=DoorForcedOpen"});
    happen("t:Door/State/DoorAlarm", "Changed", {"DoorToken=door_b"}, {"State=Normal"});
    const auto told = bodies<model::DoorState>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].door, 2);
    EXPECT_EQ(told[0].position, model::DoorPosition::forced_open);
    EXPECT_EQ(told[1].position, model::DoorPosition::normal);
}

TEST_F(OnvifSession, AnUnknownTopicIsCountedAndShown)
{
    start();
    pass(2s);
    happen("t:Acme/Strange", "Changed", {}, {"Mood=good"});
    EXPECT_NE(driver->status().facts.at("topics that are not known").find("Acme/Strange (Mood) x1"),
              std::string::npos);
    EXPECT_EQ(
        metrics
            .counter("gatehouse_onvif_refused_total", "", {{"device", "dev-1"}, {"reason", "unknown_topic"}})
            .value(),
        1U);
}

// ---- the subscription ----

TEST_F(OnvifSession, ASubscriptionIsRenewedForAsLongAsItLasts)
{
    start();
    pass(10min);
    EXPECT_EQ(device.asked("CreatePullPointSubscription"), 1U);
    EXPECT_GE(device.asked("Renew"), 10U);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
}

TEST_F(OnvifSession, ADeviceThatProlongsByPullsNeedsNoRenewal)
{
    device.renews = false;
    device.pulls_prolong = true;
    start();
    pass(10min);
    EXPECT_EQ(device.asked("CreatePullPointSubscription"), 1U);
    EXPECT_GE(device.asked("Renew"), 10U) << "asked all the same: the next firmware may want it";
}

TEST_F(OnvifSession, ARefusedRenewalMeansAnotherSubscriptionAndGivesTheSlotBack)
{
    device.renews = false;
    start();
    pass(3min);
    EXPECT_GE(device.asked("CreatePullPointSubscription"), 2U);
    EXPECT_LE(device.subscriptions(), 1U);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
}

TEST_F(OnvifSession, ALostSubscriptionIsMadeAnewAndTheLinkStaysUp)
{
    start();
    pass(10s);
    inside([this] { device.lose_subscriptions(); });
    pass(5s);
    EXPECT_EQ(device.asked("CreatePullPointSubscription"), 2U);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
}

TEST_F(OnvifSession, TheReferenceOfASubscriptionGoesBackWithEveryPull)
{
    device.wants_reference = true;
    start();
    pass(2s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
    EXPECT_NE(device.last("PullMessages")->body.find("http://10.9.9.9/onvif/Subscription</a:To>"),
              std::string::npos);
}

TEST_F(OnvifSession, OnTheWayOutTheSlotIsGivenBack)
{
    start();
    pass(10s);
    EXPECT_EQ(device.subscriptions(), 1U);
    stop();
    EXPECT_EQ(device.asked("Unsubscribe"), 1U);
    EXPECT_EQ(device.subscriptions(), 0U);
}

TEST_F(OnvifSession, ADeviceWithoutAFreeSlotIsSilentAndNotDown)
{
    device.slots = 0;
    start();
    pass(10s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::silent}));
    EXPECT_NE(driver->status().why.find("slots"), std::string::npos);
    device.slots = 3;
    pass(40s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::silent, LinkState::up}));
}

TEST_F(OnvifSession, PullsThatFailMakeTheLinkSilent)
{
    device.pull_status = 500;
    start();
    pass(20s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::silent}));
}

TEST_F(OnvifSession, PullsThatAreNotAnsweredMakeTheLinkSilentAndLoseNothing)
{
    start();
    pass(10s);
    device.pulls_hang = true;
    pass(1min); // the pull before it, and what a pull may take
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
    EXPECT_EQ(driver->status().why, "the device answers, but not the question for its events");
    happen("t:Device/Trigger/DigitalInput", "Changed", {"InputToken=fire"}, {"LogicalState=true"});
    device.pulls_hang = false;
    pass(1min);
    EXPECT_EQ(links().back(), LinkState::up);
    EXPECT_EQ(bodies<model::InputChanged>().size(), 1U) << "it waited in the subscription";
    EXPECT_EQ(device.asked("CreatePullPointSubscription"), 1U);
}

TEST_F(OnvifSession, ADeviceThatAnswersNoPullAnyMoreIsSubscribedToAnewAndStaysSilent)
{
    start();
    pass(10s);
    device.pulls_hang = true;
    pass(10min);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
    EXPECT_GE(device.asked("CreatePullPointSubscription"), 3U);
    EXPECT_LE(device.subscriptions(), 1U);
    device.pulls_hang = false;
    pass(2min);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OnvifSession, ASubscriptionThatDiedWhileItsPullsAreAnsweredIsFoundOut)
{
    device.set_property("t:VideoSource/SignalLoss", {"Source=1"}, {"State=false"});
    start("prove_every = \"2m\"");
    pass(10min);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up})) << "its states prove the way";
    device.subscription_dead = true;
    pass(4min);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
    device.subscription_dead = false;
    pass(3min);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OnvifSession, ADeviceThatTellsStatesToNewSubscriptionsAloneIsNotDoubtedForEver)
{
    device.set_property("t:VideoSource/SignalLoss", {"Source=1"}, {"State=false"});
    device.tells_states_when_asked = false;
    start("prove_every = \"2m\"");
    pass(30min);
    EXPECT_EQ(device.asked("SetSynchronizationPoint"), 2U);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OnvifSession, ADeviceThatAnswersEmptyPullsAtOnceIsNotAskedWithoutRest)
{
    device.impatient = true;
    start();
    pass(60s);
    EXPECT_LE(device.asked("PullMessages"), 65U);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up}));
}

TEST_F(OnvifSession, ADeviceThatSaysNothingAnyMoreIsDown)
{
    start();
    pass(10s);
    device.present = false;
    inside([this] { device.cut(); });
    pass(60s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::down}));
    device.present = true;
    pass(60s);
    EXPECT_EQ(links().back(), LinkState::up);
}

// ---- commands ----

TEST_F(OnvifSession, AnOpenedDoorIsConfirmedByItsState)
{
    device.has_doors = true;
    start();
    pass(2s);
    const auto outcome = command(model::Action::door_open);
    EXPECT_EQ(outcome.status, model::Status::confirmed);
    EXPECT_EQ(device.asked("AccessDoor"), 1U);
    EXPECT_EQ(taken, (std::vector<std::string>{"order"}));
}

TEST_F(OnvifSession, HoldingUnlocksAndClosingLocksOrBlocks)
{
    device.has_doors = true;
    start();
    pass(2s);
    EXPECT_EQ(command(model::Action::door_open, {{"mode", "hold"}}).status, model::Status::confirmed);
    EXPECT_EQ(device.door_mode, "Unlocked");
    EXPECT_EQ(command(model::Action::door_close).status, model::Status::confirmed);
    EXPECT_EQ(device.door_mode, "Locked");
    EXPECT_EQ(command(model::Action::door_close, {{"mode", "locked"}}).status, model::Status::confirmed);
    EXPECT_EQ(device.door_mode, "Blocked");
    EXPECT_EQ(command(model::Action::door_close, {{"mode", "locked"}}, 2).code, "unsupported");
    EXPECT_EQ(command(model::Action::door_open, {}, 3).code, "unsupported");
}

TEST_F(OnvifSession, OkWithoutMovementIsAcceptedARefusalFailedAndALostAnswerUnknown)
{
    device.has_doors = true;
    start();
    pass(2s);
    device.ignores_orders = true;
    EXPECT_EQ(command(model::Action::door_open).status, model::Status::accepted);
    device.ignores_orders = false;
    device.refuses_orders = true;
    const auto refused = command(model::Action::door_open);
    EXPECT_EQ(refused.status, model::Status::failed);
    EXPECT_EQ(refused.code, "device_refused");
    EXPECT_EQ(
        refused.text,
        "the device does not know this request; update its firmware, or do without / "
        "设备不支持此请求；请升级固件，仍不行则此型号无此功能 (ActionNotSupported: this cannot be done)");
    device.refuses_orders = false;
    device.loses_orders = true;
    const auto lost = command(model::Action::door_open);
    EXPECT_EQ(lost.status, model::Status::unknown);
    EXPECT_EQ(lost.code, "no_answer");
    EXPECT_EQ(device.asked("AccessDoor"), 3U) << "nothing is sent twice";
}

TEST_F(OnvifSession, AnOrderIsNotSentAgainWhenItsConnectionBreaks)
{
    device.has_doors = true;
    start();
    pass(2s);
    device.on_request = [this](const auto& request) {
        if (request.name == "AccessDoor") device.cut();
    };
    EXPECT_EQ(command(model::Action::door_open).status, model::Status::unknown);
    EXPECT_EQ(device.asked("AccessDoor"), 1U);
}

TEST_F(OnvifSession, ARelayThatIsSeenActiveConfirmsAndAPulseOfOursEnds)
{
    device.bistable = true;
    start();
    pass(2s);
    const auto outcome = command(model::Action::barrier_open, {}, 2);
    EXPECT_EQ(outcome.status, model::Status::confirmed);
    pass(2s);
    EXPECT_FALSE(device.relays.at("relay_b"));
    EXPECT_EQ(device.asked("SetRelayOutputState"), 2U);
    EXPECT_EQ(command(model::Action::barrier_close).code, "unsupported");
}

TEST_F(OnvifSession, APressedRelayIsLetGoAlsoWhenTheAnswerDidNotCome)
{
    device.bistable = true;
    start();
    pass(2s);
    device.loses_orders = true;
    EXPECT_EQ(command(model::Action::barrier_open, {}, 1, 10s).status, model::Status::unknown);
    device.loses_orders = false;
    pass(15s);
    EXPECT_FALSE(device.relays.at("relay_a"));
}

TEST_F(OnvifSession, APressedRelayIsLetGoAtTheEndOfTheDriver)
{
    device.bistable = true;
    start("relay_pulse = \"10s\"");
    pass(2s);
    model::Command open;
    open.action = model::Action::barrier_open;
    const auto answer = ask(driver->execute(std::move(open)));
    EXPECT_TRUE(device.relays.at("relay_a"));
    stop();
    EXPECT_FALSE(device.relays.at("relay_a"));
}

// ---- looking ----

TEST_F(OnvifSession, PicturesAndVideoAreFactsWithoutPasswords)
{
    start();
    pass(2s);
    EXPECT_EQ(driver->status().facts.at("snapshot"), "http://10.9.9.9/snap?ch=1");
    EXPECT_EQ(driver->status().facts.at("stream"), "rtsp://10.9.9.9:554/main");
}

TEST_F(OnvifSession, ASnapshotIsKeptAsAnEventAndTheOutcomeNamesIt)
{
    device.login = "both"; // the picture wants a digest
    start();
    pass(10s);
    const auto outcome = command(model::Action::snapshot);
    EXPECT_EQ(outcome.status, model::Status::confirmed) << outcome.text;
    const auto hash = base::sha256_hex("\xFF\xD8 JPEG");
    EXPECT_EQ(outcome.text, "sha256 " + hash + ", /api/v1/media/" + hash);
    const auto kept = std::count_if(events.begin(), events.end(), [](const model::Event& event) {
        return event.device_key == "snapshot/order" && event.pictures.size() == 1;
    });
    EXPECT_EQ(kept, 1);
}

TEST_F(OnvifSession, TheSelfTestPassesAtAGoodDeviceAndNamesRemediesAtABadOne)
{
    start();
    pass(2s);
    device.login = "both"; // the picture wants a digest
    auto answer = ask(driver->self_test());
    pass(2s);
    ASSERT_TRUE(*answer);
    device.login = "token";
    device.clock_skew = 1h;
    answer = ask(driver->self_test());
    pass(2s);
    ASSERT_TRUE(*answer);
    for (const auto& step : **answer)
        EXPECT_EQ(step.passed, step.name != "clock" && step.name != "snapshot") << step.name << step.detail;
    for (const auto& step : **answer)
        EXPECT_EQ(step.passed, step.remedy.empty()) << step.name;
}

TEST_F(OnvifSession, ACaptureHoldsPseudonymsAndCanBeReplayed)
{
    start();
    pass(2s);
    const auto answer = ask(driver->capture(10s));
    happen("t:AccessControl/AccessGranted/Credential", "", {"AccessPointToken=ap_in"},
           {"CredentialHolderName=Li", "Card=4711"});
    happen("t:Device/Trigger/h:AlarmIn", "Changed", {"AlarmInToken=AlarmIn_1"}, {"State=true"});
    pass(11s);
    ASSERT_TRUE(*answer && **answer);
    const auto& text = ***answer;
    EXPECT_EQ(text.find("4711"), std::string::npos);
    EXPECT_EQ(text.find("Li\""), std::string::npos);
    const auto lines = driver->replay(text);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "AccessControl/AccessGranted/Credential once AccessPointToken=ap_in "
                        "CredentialHolderName=... Card=... -> access.granted");
    EXPECT_EQ(lines[1], "Device/Trigger/tnshik:AlarmIn changed AlarmInToken=AlarmIn_1 State=true -> "
                        "device.input");
}

} // namespace gatehouse::onvif

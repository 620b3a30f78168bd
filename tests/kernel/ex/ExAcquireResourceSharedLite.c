/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The three ways to share a resource, which differ in what those get who wait to have it alone.
 */
#include "resource_test.h"

TEST(ExAcquireResourceSharedLite, ManyShare)
{
    ERESOURCE Resource;
    RESOURCE_USER Reader[9];
    ULONG Index;

    ResourceBegin(&Resource);
    for (Index = 0; Index < 9; Index++) {
        ResourceUserStart(&Reader[Index], &Resource, ExAcquireResourceSharedLite);
        ResourceUserGot(&Reader[Index]);
    }
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 0);
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 2);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    for (Index = 0; Index < 9; Index++) {
        CHECK(!ExAcquireResourceExclusiveLite(&Resource, FALSE));
        ResourceUserEnd(&Reader[Index]);
    }
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

TEST(ExAcquireResourceSharedLite, NewOnesLetAWriterGoFirst)
{
    ERESOURCE Resource;
    RESOURCE_USER Writer, Reader;
    volatile LONG Order = 0;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    ResourceUserStart(&Writer, &Resource, ExAcquireResourceExclusiveLite);
    Writer.Order = &Order;
    ResourceAwaitWaiters(&Resource, 1, 0);
    CHECK(!ResourceTry(&Resource, ExAcquireResourceSharedLite));
    ResourceUserStart(&Reader, &Resource, ExAcquireResourceSharedLite);
    ResourceAwaitWaiters(&Resource, 1, 1);
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE)); /* has it already */
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    ResourceUserGot(&Writer);
    CHECK(ResourceUserWaits(&Reader));
    ResourceUserEnd(&Writer);
    ResourceUserGot(&Reader);
    ResourceUserEnd(&Reader);
    ResourceEnd(&Resource);
}

TEST(ExAcquireSharedStarveExclusive, GoesBeforeAWriter)
{
    ERESOURCE Resource;
    RESOURCE_USER Writer, Reader;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    ResourceUserStart(&Writer, &Resource, ExAcquireResourceExclusiveLite);
    ResourceAwaitWaiters(&Resource, 1, 0);
    ResourceUserStart(&Reader, &Resource, ExAcquireSharedStarveExclusive);
    ResourceUserGot(&Reader);
    ExReleaseResourceLite(&Resource);
    CHECK(ResourceUserWaits(&Writer));
    ResourceUserEnd(&Reader);
    ResourceUserGot(&Writer);
    ResourceUserEnd(&Writer);
    ResourceEnd(&Resource);
}

TEST(ExAcquireSharedWaitForExclusive, GoesBehindAWriterAlsoAgain)
{
    ERESOURCE Resource;
    RESOURCE_USER Writer;

    ResourceBegin(&Resource);
    CHECK(ExAcquireSharedWaitForExclusive(&Resource, FALSE));
    CHECK(ExAcquireSharedWaitForExclusive(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceUserStart(&Writer, &Resource, ExAcquireResourceExclusiveLite);
    ResourceAwaitWaiters(&Resource, 1, 0);
    CHECK(!ExAcquireSharedWaitForExclusive(&Resource, FALSE));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    ExReleaseResourceLite(&Resource);
    ResourceUserGot(&Writer);
    ResourceUserEnd(&Writer);
    ResourceEnd(&Resource);
}

TEST(ExConvertExclusiveToSharedLite, LetsThoseInWhoWait)
{
    ERESOURCE Resource;
    RESOURCE_USER Reader[2];

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, TRUE));
    ResourceUserStart(&Reader[0], &Resource, ExAcquireResourceSharedLite);
    ResourceUserStart(&Reader[1], &Resource, ExAcquireResourceSharedLite);
    ResourceAwaitWaiters(&Resource, 0, 2);
    ExConvertExclusiveToSharedLite(&Resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 1);
    ResourceUserGot(&Reader[0]);
    ResourceUserGot(&Reader[1]);
    ResourceUserEnd(&Reader[0]);
    ResourceUserEnd(&Reader[1]);
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

TEST_FORBIDDEN(ExConvertExclusiveToSharedLite, LeavesWhatIsSharedAsItIs)
{
    ERESOURCE Resource;

    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    ExConvertExclusiveToSharedLite(&Resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&Resource), 2);
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

TEST(ExDeleteResourceLite, AfterManyShared)
{
    ERESOURCE Resource;
    RESOURCE_USER Reader[5];
    ULONG Index;

    ResourceBegin(&Resource);
    for (Index = 0; Index < 5; Index++) {
        ResourceUserStart(&Reader[Index], &Resource, ExAcquireResourceSharedLite);
        ResourceUserGot(&Reader[Index]);
    }
    for (Index = 0; Index < 5; Index++)
        ResourceUserEnd(&Reader[Index]);
    ResourceEnd(&Resource);
    ResourceBegin(&Resource);
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ResourceEnd(&Resource);
}

/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeMutant and kin - a mutex that may be owned from the start, keeps APCs on, and may be
 * abandoned.
 */
#include "kthread.h"

typedef VOID(NTAPI *INITIALIZE_MUTANT)(PRKMUTANT Mutant, BOOLEAN InitialOwner);
typedef LONG(NTAPI *RELEASE_MUTANT)(
    PRKMUTANT Mutant, KPRIORITY Increment, BOOLEAN Abandoned, BOOLEAN Wait);
typedef LONG(NTAPI *READ_MUTANT)(PRKMUTANT Mutant);

static INITIALIZE_MUTANT Initialize;
static RELEASE_MUTANT Release;
static READ_MUTANT Read;

static BOOLEAN FindThem(VOID)
{
    Initialize = (INITIALIZE_MUTANT)(ULONG_PTR)KtestExport(L"KeInitializeMutant");
    Release = (RELEASE_MUTANT)(ULONG_PTR)KtestExport(L"KeReleaseMutant");
    Read = (READ_MUTANT)(ULONG_PTR)KtestExport(L"KeReadStateMutant");
    if (Initialize != NULL && Release != NULL && Read != NULL)
        return TRUE;
    skip("not exported here");
    return FALSE;
}

TEST(KeInitializeMutant, FreeUnlessItIsOwnedFromTheStart)
{
    KMUTANT Mutant;

    if (!FindThem())
        return;
    Initialize(&Mutant, FALSE);
    CHECK_EQ(Read(&Mutant), 1);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    CHECK_EQ(Read(&Mutant), 0);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), 0);

    Initialize(&Mutant, TRUE);
    CHECK_EQ(Read(&Mutant), 0);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    CHECK_EQ(Read(&Mutant), -1);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), -1);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), 0);
    CHECK_EQ(Read(&Mutant), 1);
}

TEST(KeInitializeMutant, KeepsApcsOn)
{
    KMUTANT Mutant;

    if (!FindThem())
        return;
    Initialize(&Mutant, FALSE);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    CHECK(!KeAreApcsDisabled());
    Release(&Mutant, 0, FALSE, FALSE);
}

TEST(KeReleaseMutant, OfAFreeMutantRaises)
{
    KMUTANT Mutant;
    volatile NTSTATUS Status = STATUS_SUCCESS;

    if (!FindThem())
        return;
    Initialize(&Mutant, FALSE);
    __try {
        Release(&Mutant, 0, FALSE, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_MUTANT_NOT_OWNED);
    CHECK_EQ(Read(&Mutant), 1);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeReleaseMutant, AbandonedTellsTheNextOwnerOnce)
{
    KMUTANT Mutant;

    if (!FindThem())
        return;
    Initialize(&Mutant, FALSE);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    Release(&Mutant, 0, TRUE, FALSE); /* both levels at once */
    CHECK_EQ(Read(&Mutant), 1);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_ABANDONED);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), 0);
    CHECK_STATUS(KtestPoll(&Mutant), STATUS_SUCCESS);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), 0);
}

static VOID NTAPI EndWithIt(PVOID Context)
{
    KtestPoll(Context);
}

TEST(KeInitializeMutant, IsAbandonedWhenItsOwnerEnds)
{
    static KMUTANT Mutant;

    if (!FindThem())
        return;
    Initialize(&Mutant, FALSE);
    KtestJoinThread(KtestStartThread(EndWithIt, &Mutant));
    CHECK_STATUS(KtestWait(&Mutant), STATUS_ABANDONED);
    CHECK_EQ(Release(&Mutant, 0, FALSE, FALSE), 0);
}

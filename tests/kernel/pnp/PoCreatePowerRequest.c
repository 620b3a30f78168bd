/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoCreatePowerRequest, PoSetPowerRequest, PoClearPowerRequest, PoDeletePowerRequest.
 */
#include "pnp_test.h"

/* Of Windows 7. */
typedef struct REASON {
    ULONG Version, Flags;
    UNICODE_STRING Text;
    ULONG_PTR Rest[3];
} REASON;

typedef NTSTATUS(NTAPI *CREATE)(PVOID *, PDEVICE_OBJECT, REASON *);
typedef NTSTATUS(NTAPI *CHANGE)(PVOID, ULONG);
typedef VOID(NTAPI *DELETE_)(PVOID);

TEST(PoCreatePowerRequest, CanBeSetAndCleared)
{
    CREATE Create = (CREATE)KtestExport(L"PoCreatePowerRequest");
    CHANGE Set = (CHANGE)KtestExport(L"PoSetPowerRequest"),
           Clear = (CHANGE)KtestExport(L"PoClearPowerRequest");
    DELETE_ Delete = (DELETE_)KtestExport(L"PoDeletePowerRequest");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    REASON Reason;
    PVOID Request;

    if (Create == NULL || Set == NULL || Clear == NULL || Delete == NULL) {
        skip("power requests came with Windows 7");
        return;
    }
    if (!CHECK(Pdo != NULL))
        return;
    RtlZeroMemory(&Reason, sizeof(Reason));
    Reason.Flags = 1; /* a simple string */
    RtlInitUnicodeString(&Reason.Text, L"a test");
    if (!CHECK_STATUS(Create(&Request, Pdo, &Reason), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Set(Request, 1 /* PowerRequestSystemRequired */), STATUS_SUCCESS);
    CHECK_STATUS(Clear(Request, 1), STATUS_SUCCESS);
    Delete(Request);
}

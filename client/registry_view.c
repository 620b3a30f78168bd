/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The view 32-bit programs have of the registry of an x64 machine: of which full path what other
 * full path is meant. Keys that are redirected are below WOW6432Node; shared ones are where
 * everybody has them, also when they are in a redirected one. Before Windows 7 there were fewer
 * shared keys; that some were reflected, copied from view to view, is not imitated.
 *
 * Source: DOC winprog64/shared-registry-keys
 */
#include "redirect.h"

#include <stdlib.h>
#include <string.h>

static const WCHAR BasepNode[] = u"WOW6432Node";

typedef struct BASEP_SHARED {
    const char *Path; /* below Software, in lower case */
    USHORT Since;     /* the first Windows that shares it; 0: all */
} BASEP_SHARED;

#define BASEP_CURRENT    "microsoft\\windows\\currentversion\\"
#define BASEP_NT_CURRENT "microsoft\\windows nt\\currentversion\\"

static const BASEP_SHARED BasepShared[] = {
    {"clients", BASEP_WIN7},
    {"microsoft\\com3", BASEP_WIN7},
    {"microsoft\\cryptography\\calais\\current", 0},
    {"microsoft\\cryptography\\calais\\readers", 0},
    {"microsoft\\cryptography\\services", 0},
    {"microsoft\\ctf\\systemshared", 0},
    {"microsoft\\ctf\\tip", 0},
    {"microsoft\\dfs", 0},
    {"microsoft\\driver signing", 0},
    {"microsoft\\enterprisecertificates", 0},
    {"microsoft\\eventsystem", BASEP_WIN7},
    {"microsoft\\msmq", 0},
    {"microsoft\\non-driver signing", 0},
    {"microsoft\\notepad\\defaultfonts", BASEP_WIN7},
    {"microsoft\\ole", BASEP_WIN7},
    {"microsoft\\ras", 0},
    {"microsoft\\rpc", BASEP_WIN7},
    {"microsoft\\shared tools\\msinfo", 0},
    {"microsoft\\systemcertificates", 0},
    {"microsoft\\termservlicensing", 0},
    {"microsoft\\transactionserver", 0},
    {BASEP_CURRENT "app paths", BASEP_WIN7},
    {BASEP_CURRENT "control panel\\cursors\\schemes", 0},
    {BASEP_CURRENT "explorer\\autoplayhandlers", BASEP_WIN7},
    {BASEP_CURRENT "explorer\\driveicons", BASEP_WIN7},
    {BASEP_CURRENT "explorer\\kindmap", BASEP_WIN7},
    {BASEP_CURRENT "group policy", 0},
    {BASEP_CURRENT "policies", 0},
    {BASEP_CURRENT "previewhandlers", BASEP_WIN7},
    {BASEP_CURRENT "setup", 0},
    {BASEP_CURRENT "telephony\\locations", 0},
    {BASEP_NT_CURRENT "console", BASEP_WIN7},
    {BASEP_NT_CURRENT "fontdpi", 0},
    {BASEP_NT_CURRENT "fontlink", BASEP_WIN7},
    {BASEP_NT_CURRENT "fontmapper", 0},
    {BASEP_NT_CURRENT "fonts", 0},
    {BASEP_NT_CURRENT "fontsubstitutes", 0},
    {BASEP_NT_CURRENT "gre_initialize", BASEP_WIN7},
    {BASEP_NT_CURRENT "image file execution options", BASEP_WIN7},
    {BASEP_NT_CURRENT "language pack", BASEP_WIN7},
    {BASEP_NT_CURRENT "networkcards", 0},
    {BASEP_NT_CURRENT "perflib", 0},
    {BASEP_NT_CURRENT "ports", 0},
    {BASEP_NT_CURRENT "print", 0},
    {BASEP_NT_CURRENT "profilelist", 0},
    {BASEP_NT_CURRENT "time zones", 0},
    {"policies", 0},
    {"registeredapplications", 0},
};

/* Of Classes, what there are two of. */
static const char *const BasepRedirectedClasses[] = {
    "clsid", "directshow", "interface", "media type", "mediafoundation"};
/* Of Software, what reflection copied besides Classes. */
static const char *const BasepReflected[] = {
    "microsoft\\com3", "microsoft\\eventsystem", "microsoft\\ole", "microsoft\\rpc"};

/* ---- walking a path -------------------------------------------------------------------------- */

/* A path and how much of it has been passed. Text has one backslash between names, and none at its
 * end. */
typedef struct BASEP_WALK {
    const WCHAR *Text;
    SIZE_T Length, At;
} BASEP_WALK;

/* Passes a name, or several, and the backslash behind. FALSE: another one is next. */
static BOOLEAN BasepPass(BASEP_WALK *Walk, const char *Word)
{
    SIZE_T Matched = BasepFirstName(Walk->Text + Walk->At, Walk->Length - Walk->At, Word);

    if (Matched == 0)
        return FALSE;
    Walk->At += Matched;
    if (Walk->At < Walk->Length)
        Walk->At++;
    return TRUE;
}

static BOOLEAN BasepIsNext(const BASEP_WALK *Walk, const char *Word)
{
    return BasepFirstName(Walk->Text + Walk->At, Walk->Length - Walk->At, Word) != 0;
}

static BOOLEAN BasepIsOneNext(const BASEP_WALK *Walk, const char *const *Words, SIZE_T Count)
{
    for (SIZE_T i = 0; i < Count; i++) {
        if (BasepIsNext(Walk, Words[i]))
            return TRUE;
    }
    return FALSE;
}

static void BasepPassAny(BASEP_WALK *Walk)
{
    while (Walk->At < Walk->Length && Walk->Text[Walk->At] != u'\\')
        Walk->At++;
    if (Walk->At < Walk->Length)
        Walk->At++;
}

/* ---- the view -------------------------------------------------------------------------------- */

/* Where a path is changed: Removed units at At go and, if Insert, the view's key comes. */
typedef struct BASEP_CHANGE {
    SIZE_T At, Removed;
    BOOLEAN Insert;
} BASEP_CHANGE;

static BOOLEAN BasepIsShared(const BASEP_WALK *Walk)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(BasepShared); i++) {
        if (BasepIsNext(Walk, BasepShared[i].Path))
            return BasepShared[i].Since == 0 || BasepMachineRelease() >= BasepShared[i].Since;
    }
    return FALSE;
}

/* Behind a Classes. Machine: the one that is everybody's. */
static void BasepChangeClasses(const BASEP_WALK *Walk, BOOLEAN Machine, BASEP_CHANGE *Change)
{
    if (BasepIsNext(Walk, "wow6432node") || (Machine && BasepIsNext(Walk, "hcp")))
        return;
    Change->At = Walk->At;
    Change->Insert = BasepMachineRelease() < BASEP_WIN7 ||
        BasepIsOneNext(Walk, BasepRedirectedClasses, RTL_NUMBER_OF(BasepRedirectedClasses));
}

/* Behind the machine's Software. */
static void BasepChangeSoftware(BASEP_WALK *Walk, BASEP_CHANGE *Change)
{
    const SIZE_T Place = Walk->At;
    const BOOLEAN InView = BasepPass(Walk, "wow6432node");

    if (!InView && BasepPass(Walk, "classes")) {
        BasepChangeClasses(Walk, TRUE, Change);
        return;
    }
    const BOOLEAN Shared = BasepIsShared(Walk);
    Change->At = Place;
    Change->Removed = InView && Shared ? Walk->At - Place : 0;
    Change->Insert = !InView && !Shared;
}

static BASEP_CHANGE BasepFindChange(BASEP_WALK *Walk)
{
    BASEP_CHANGE Change = {0};

    if (BasepPass(Walk, "\\registry\\machine\\software")) {
        BasepChangeSoftware(Walk, &Change);
    } else if (BasepPass(Walk, "\\registry\\user")) {
        BasepPassAny(Walk);
        if (BasepPass(Walk, "software\\classes"))
            BasepChangeClasses(Walk, FALSE, &Change);
    }
    return Change;
}

/* Path with single backslashes and none at its end; the characters left. */
static SIZE_T BasepTidy(const WCHAR *Path, SIZE_T Length, WCHAR *Tidy)
{
    SIZE_T Count = 0;

    for (SIZE_T i = 0; i < Length; i++) {
        if (Path[i] != u'\\' || Count == 0 || Tidy[Count - 1] != u'\\')
            Tidy[Count++] = Path[i];
    }
    while (Count != 0 && Tidy[Count - 1] == u'\\')
        Count--;
    return Count;
}

LSTATUS BasepMapView32(const WCHAR *Path, SIZE_T Length, WCHAR **Mapped)
{
    const SIZE_T Node = RTL_NUMBER_OF(BasepNode) - 1;
    WCHAR *Text = malloc((Length + Node + 3) * sizeof(WCHAR));

    *Mapped = NULL;
    if (Text == NULL)
        return ERROR_OUTOFMEMORY;
    BASEP_WALK Walk = {Text, BasepTidy(Path, Length, Text), 0};
    const BASEP_CHANGE Change = BasepFindChange(&Walk);
    if (!Change.Insert && Change.Removed == 0) {
        free(Text);
        return ERROR_SUCCESS;
    }
    const SIZE_T Rest = Walk.Length - Change.At - Change.Removed;
    WCHAR *Place = Text + Change.At, *After = Place;
    if (Change.Insert && Change.At > 0 && Place[-1] != u'\\')
        *After++ = u'\\';
    if (Change.Insert)
        After += Node + (Rest != 0);
    memmove(After, Place + Change.Removed, Rest * sizeof(WCHAR));
    if (Change.Insert)
        memcpy(After - Node - (Rest != 0), BasepNode, Node * sizeof(WCHAR));
    if (Change.Insert && Rest != 0)
        After[-1] = u'\\';
    After[Rest] = 0;
    *Mapped = Text;
    return ERROR_SUCCESS;
}

BOOLEAN BasepWasReflected(const WCHAR *Path, SIZE_T Length)
{
    BASEP_WALK Walk = {Path, Length, 0};

    if (BasepPass(&Walk, "\\registry\\user")) {
        BasepPassAny(&Walk);
        return BasepIsNext(&Walk, "software\\classes");
    }
    if (!BasepPass(&Walk, "\\registry\\machine\\software"))
        return FALSE;
    BasepPass(&Walk, "wow6432node");
    if (BasepPass(&Walk, "classes"))
        return !BasepIsNext(&Walk, "hcp");
    return BasepIsOneNext(&Walk, BasepReflected, RTL_NUMBER_OF(BasepReflected));
}

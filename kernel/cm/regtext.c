/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The parser of .reg files; see regtext.h. The file becomes UTF-16 in the caller's memory first.
 * Names, strings and hex data are then decoded where they stand, as each takes less room than its
 * text. Refuses what it does not understand, by line.
 */
#include "cm/regtext.h"

#define CM_REG_SZ        1u
#define CM_REG_EXPAND_SZ 2u
#define CM_REG_BINARY    3u
#define CM_REG_DWORD     4u
#define CM_REG_MULTI_SZ  7u

typedef struct CMP_REG {
    char16_t *At, *End;
    unsigned Line;
    int Old; /* REGEDIT4: hex data of text types is not UTF-16 */
    const char *Reason;
    const char16_t *Key; /* NULL: none, or it was deleted */
    size_t KeyLength;
    cm_reg_sink Sink;
    void *Context;
} CMP_REG;

/* ---- text encodings -------------------------------------------------------------------------- */

/* Bytes of the UTF-8 sequence at Text, 0: it is none. */
static size_t CmpRegUtf8(const unsigned char *Text, size_t Room, uint32_t *Character)
{
    static const uint32_t Least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t Count = Text[0] < 0x80 ? 1 : (Text[0] & 0xE0) == 0xC0 ? 2
                                    : (Text[0] & 0xF0) == 0xE0   ? 3
                                    : (Text[0] & 0xF8) == 0xF0   ? 4
                                                                 : 0;
    if (Count == 0 || Count > Room)
        return 0;
    *Character = Count == 1 ? Text[0] : Text[0] & (0x7Fu >> Count);
    for (size_t Index = 1; Index < Count; Index++) {
        if ((Text[Index] & 0xC0) != 0x80)
            return 0;
        *Character = *Character << 6 | (Text[Index] & 0x3Fu);
    }
    if (*Character < Least[Count] || *Character > 0x10FFFF ||
        (*Character >= 0xD800 && *Character < 0xE000))
        return 0;
    return Count;
}

static int CmpRegIsUtf8(const unsigned char *Text, size_t Bytes)
{
    uint32_t Character;
    for (size_t At = 0, Count; At < Bytes; At += Count) {
        Count = CmpRegUtf8(Text + At, Bytes - At, &Character);
        if (Count == 0)
            return 0;
    }
    return 1;
}

static char16_t CmpRegFrom1252(unsigned char Byte)
{
    static const char16_t High[32] = {0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C,
        0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178};
    return Byte >= 0x80 && Byte < 0xA0 ? High[Byte - 0x80] : Byte;
}

/*
 * Characters written. To may begin before Text in the same memory as long as it stays behind: each
 * byte makes one at most.
 */
static size_t CmpRegWiden(const unsigned char *Text, size_t Bytes, char16_t *To)
{
    const int Utf8 = CmpRegIsUtf8(Text, Bytes);
    size_t Length = 0;
    for (size_t At = 0, Count = 1; At < Bytes; At += Count) {
        uint32_t Character;
        if (!Utf8) {
            To[Length++] = CmpRegFrom1252(Text[At]);
            continue;
        }
        Count = CmpRegUtf8(Text + At, Bytes - At, &Character);
        if (Character >= 0x10000) {
            To[Length++] = (char16_t)(0xD7C0 + (Character >> 10));
            Character = 0xDC00 + (Character & 0x3FF);
        }
        To[Length++] = (char16_t)Character;
    }
    return Length;
}

static size_t CmpRegDecode(const unsigned char *File, size_t Bytes, char16_t *To)
{
    if (Bytes >= 2 && File[0] == 0xFF && File[1] == 0xFE) {
        for (size_t Index = 2; Index + 1 < Bytes; Index += 2)
            To[Index / 2 - 1] = (char16_t)(File[Index] | File[Index + 1] << 8);
        return Bytes / 2 - 1;
    }
    size_t Mark = Bytes >= 3 && File[0] == 0xEF && File[1] == 0xBB && File[2] == 0xBF ? 3 : 0;
    return CmpRegWiden(File + Mark, Bytes - Mark, To);
}

/* ---- characters ------------------------------------------------------------------------------ */

static int CmpRegFail(CMP_REG *Reg, const char *Reason)
{
    if (Reg->Reason == NULL)
        Reg->Reason = Reason;
    return 0;
}

static int CmpRegAtLineEnd(const CMP_REG *Reg)
{
    return Reg->At == Reg->End || *Reg->At == '\n' || *Reg->At == '\r';
}

static void CmpRegSkipBlanks(CMP_REG *Reg)
{
    while (Reg->At != Reg->End && (*Reg->At == ' ' || *Reg->At == '\t'))
        Reg->At++;
}

static void CmpRegSkipNewline(CMP_REG *Reg)
{
    if (Reg->At == Reg->End)
        return;
    if (*Reg->At == '\r' && Reg->At + 1 != Reg->End && Reg->At[1] == '\n')
        Reg->At++;
    Reg->At++;
    Reg->Line++;
}

static void CmpRegSkipLine(CMP_REG *Reg)
{
    while (!CmpRegAtLineEnd(Reg))
        Reg->At++;
    CmpRegSkipNewline(Reg);
}

/* Word is in small letters. */
static int CmpRegTake(CMP_REG *Reg, const char *Word)
{
    char16_t *At = Reg->At;
    for (; *Word != 0; Word++, At++) {
        if (At == Reg->End ||
            (*At != (unsigned char)*Word && !(*At >= 'A' && *At <= 'Z' && *At + 32 == *Word)))
            return 0;
    }
    Reg->At = At;
    return 1;
}

static int CmpRegDigit(char16_t Character)
{
    if (Character >= '0' && Character <= '9')
        return Character - '0';
    if (Character >= 'a' && Character <= 'f')
        return Character - 'a' + 10;
    return Character >= 'A' && Character <= 'F' ? Character - 'A' + 10 : -1;
}

/* One to Most digits. */
static int CmpRegTakeHex(CMP_REG *Reg, unsigned Most, uint32_t *Value)
{
    unsigned Digits = 0;
    *Value = 0;
    for (int Digit; Reg->At != Reg->End && (Digit = CmpRegDigit(*Reg->At)) >= 0;
         Reg->At++, Digits++)
        *Value = *Value << 4 | (uint32_t)Digit;
    return Digits != 0 && Digits <= Most;
}

/* Nothing more on this line but a comment. */
static int CmpRegEndLine(CMP_REG *Reg)
{
    CmpRegSkipBlanks(Reg);
    if (!CmpRegAtLineEnd(Reg) && *Reg->At != ';')
        return CmpRegFail(Reg, "there is something behind the end of the entry");
    CmpRegSkipLine(Reg);
    return 1;
}

/*
 * "text" with \\ and \" in it, decoded over itself and terminated where its closing quote was. Line
 * ends in it are exported as they are.
 */
static int CmpRegTakeQuoted(CMP_REG *Reg, const char16_t **Text, size_t *Length)
{
    if (!CmpRegTake(Reg, "\""))
        return CmpRegFail(Reg, "a quotation mark is missing");
    char16_t *To = Reg->At;
    const unsigned Line = Reg->Line;
    *Text = To;
    while (Reg->At != Reg->End && *Reg->At != '"' && *Reg->At != 0) {
        if (*Reg->At == '\n' || *Reg->At == '\r') {
            unsigned Count = *Reg->At == '\r' && Reg->At + 1 != Reg->End && Reg->At[1] == '\n' ? 2
                                                                                               : 1;
            for (Reg->Line++; Count != 0; Count--)
                *To++ = *Reg->At++;
            continue;
        }
        if (*Reg->At == '\\') {
            Reg->At++;
            if (CmpRegAtLineEnd(Reg) || *Reg->At == 0)
                break;
        }
        *To++ = *Reg->At++;
    }
    *Length = (size_t)(To - *Text);
    if (!CmpRegTake(Reg, "\"")) {
        Reg->Line = Line;
        return CmpRegFail(Reg, "the closing quotation mark is missing");
    }
    *To = 0;
    return 1;
}

/* ---- entries --------------------------------------------------------------------------------- */

static int32_t CmpRegGive(CMP_REG *Reg, const struct cm_reg_entry *Entry)
{
    return Reg->Sink != NULL ? Reg->Sink(Reg->Context, Entry) : 0;
}

static int CmpRegTakeKey(CMP_REG *Reg, struct cm_reg_entry *Entry)
{
    const char16_t *Close = NULL;
    Entry->action = CmpRegTake(Reg, "-") ? CM_REG_DELETE_KEY : CM_REG_KEY;
    Entry->key = Reg->At;
    for (const char16_t *At = Reg->At; At != Reg->End && *At != '\n' && *At != '\r'; At++) {
        if (*At == ']')
            Close = At;
        if (*At == 0)
            return CmpRegFail(Reg, "the key's name has a zero in it");
    }
    if (Close == NULL)
        return CmpRegFail(Reg, "the ] behind the key's name is missing");
    Entry->key_length = (size_t)(Close - Entry->key);
    if (Entry->key_length == 0)
        return CmpRegFail(Reg, "the key has no name");
    if (Entry->key_length > CM_REG_TEXT_LIMIT)
        return CmpRegFail(Reg, "the key's name is too long");
    Reg->At += Entry->key_length + 1;
    Reg->Key = Entry->action == CM_REG_KEY ? Entry->key : NULL;
    Reg->KeyLength = Entry->key_length;
    return 1;
}

/* Hex data up to the end of the line or a comment; a backslash at the end goes on with the next.
 * Packed at To. */
static int CmpRegTakeBytes(CMP_REG *Reg, unsigned char *To, size_t *Bytes)
{
    uint32_t Value;
    *Bytes = 0;
    for (CmpRegSkipBlanks(Reg); !CmpRegAtLineEnd(Reg) && *Reg->At != ';'; CmpRegSkipBlanks(Reg)) {
        if (CmpRegTake(Reg, "\\")) {
            CmpRegSkipBlanks(Reg);
            if (Reg->At == Reg->End)
                return CmpRegFail(Reg, "the file ends where a line goes on");
            if (!CmpRegAtLineEnd(Reg))
                return CmpRegFail(Reg, "a backslash must be the last thing in its line");
            CmpRegSkipNewline(Reg);
            if (Reg->At == Reg->End)
                return CmpRegFail(Reg, "the file ends where a line goes on");
            continue;
        }
        if (!CmpRegTakeHex(Reg, 2, &Value))
            return CmpRegFail(Reg, "hex data are bytes of two digits with commas between them");
        To[(*Bytes)++] = (unsigned char)Value;
        CmpRegSkipBlanks(Reg);
        if (!CmpRegTake(Reg, ",") && !CmpRegAtLineEnd(Reg) && *Reg->At != ';')
            return CmpRegFail(Reg, "hex data are bytes of two digits with commas between them");
    }
    return 1;
}

static int CmpRegIsText(uint32_t Type)
{
    return Type == CM_REG_SZ || Type == CM_REG_EXPAND_SZ || Type == CM_REG_MULTI_SZ;
}

/* "hex:" or "hex(type):" and its data. */
static int CmpRegTakeBinary(CMP_REG *Reg, struct cm_reg_entry *Entry)
{
    Entry->type = CM_REG_BINARY;
    if (CmpRegTake(Reg, "(") && !(CmpRegTakeHex(Reg, 8, &Entry->type) && CmpRegTake(Reg, ")")))
        return CmpRegFail(Reg, "the type in hex(type) is a hexadecimal number");
    if (!CmpRegTake(Reg, ":"))
        return CmpRegFail(Reg, "the colon behind hex is missing");
    char16_t *Start = Reg->At;
    unsigned char *Data = (unsigned char *)Start;
    if (!CmpRegTakeBytes(Reg, Data, &Entry->data_bytes))
        return 0;
    Entry->data = Data;
    if (!Reg->Old || !CmpRegIsText(Entry->type) || Entry->data_bytes == 0)
        return 1;
    /* Each byte stood in two bytes or more: from the far end there is room for a character each. */
    unsigned char *Far = (unsigned char *)Reg->At - Entry->data_bytes;
    __builtin_memmove(Far, Data, Entry->data_bytes);
    Entry->data_bytes = CmpRegWiden(Far, Entry->data_bytes, Start) * sizeof(char16_t);
    return 1;
}

static int CmpRegTakeNumber(CMP_REG *Reg, struct cm_reg_entry *Entry)
{
    uint32_t Value;
    char16_t *Start = Reg->At;
    if (!CmpRegTakeHex(Reg, 8, &Value))
        return CmpRegFail(Reg, "a dword is one to eight hexadecimal digits");
    if (Reg->At - Start == 1)
        Start--; /* the colon's place, too */
    __builtin_memcpy(Start, &Value, sizeof(Value));
    Entry->type = CM_REG_DWORD;
    Entry->data = Start;
    Entry->data_bytes = sizeof(Value);
    return 1;
}

static int CmpRegTakeData(CMP_REG *Reg, struct cm_reg_entry *Entry)
{
    const char16_t *Text;
    size_t Length;
    Entry->action = CM_REG_VALUE;
    if (CmpRegTake(Reg, "-")) {
        Entry->action = CM_REG_DELETE_VALUE;
        return 1;
    }
    if (CmpRegTake(Reg, "dword:"))
        return CmpRegTakeNumber(Reg, Entry);
    if (CmpRegTake(Reg, "hex"))
        return CmpRegTakeBinary(Reg, Entry);
    if (Reg->At == Reg->End || *Reg->At != '"')
        return CmpRegFail(Reg, "data are \"text\", dword:number, hex:bytes, hex(type):bytes or -");
    if (!CmpRegTakeQuoted(Reg, &Text, &Length))
        return 0;
    Entry->type = CM_REG_SZ;
    Entry->data = Text;
    Entry->data_bytes = (Length + 1) * sizeof(char16_t);
    return 1;
}

static int CmpRegTakeValue(CMP_REG *Reg, struct cm_reg_entry *Entry)
{
    if (*Reg->At != '@' && *Reg->At != '"')
        return CmpRegFail(Reg, "a line is [key], \"name\"=data, @=data or begins with ;");
    if (Reg->Key == NULL)
        return CmpRegFail(Reg, "there is no key this value could be in");
    Entry->key = Reg->Key;
    Entry->key_length = Reg->KeyLength;
    if (!CmpRegTake(Reg, "@") && !CmpRegTakeQuoted(Reg, &Entry->name, &Entry->name_length))
        return 0;
    if (Entry->name_length > CM_REG_TEXT_LIMIT)
        return CmpRegFail(Reg, "the value's name is too long");
    CmpRegSkipBlanks(Reg);
    if (!CmpRegTake(Reg, "="))
        return CmpRegFail(Reg, "the = behind the value's name is missing");
    CmpRegSkipBlanks(Reg);
    return CmpRegTakeData(Reg, Entry);
}

static int32_t CmpRegTakeLine(CMP_REG *Reg, unsigned *Line)
{
    struct cm_reg_entry Entry = {.line = Reg->Line};
    CmpRegSkipBlanks(Reg);
    if (CmpRegAtLineEnd(Reg) || *Reg->At == ';') {
        CmpRegSkipLine(Reg);
        return 0;
    }
    int Good = CmpRegTake(Reg, "[") ? CmpRegTakeKey(Reg, &Entry) : CmpRegTakeValue(Reg, &Entry);
    *Line = Reg->Line;
    if (!Good || !CmpRegEndLine(Reg))
        return CM_REG_MALFORMED;
    *Line = Entry.line;
    return CmpRegGive(Reg, &Entry);
}

/* ---- the file -------------------------------------------------------------------------------- */

static int CmpRegTakeHeader(CMP_REG *Reg)
{
    if (CmpRegTake(Reg, "windows registry editor version 5.00"))
        Reg->Old = 0;
    else if (CmpRegTake(Reg, "regedit4"))
        Reg->Old = 1;
    else
        return CmpRegFail(Reg,
            "this is no .reg file: the first line is Windows Registry Editor Version 5.00, or "
            "REGEDIT4");
    CmpRegSkipBlanks(Reg);
    if (!CmpRegAtLineEnd(Reg))
        return CmpRegFail(Reg, "there is something behind the header");
    CmpRegSkipLine(Reg);
    return 1;
}

int32_t cm_reg_parse(const void *file, size_t file_bytes, void *work, cm_reg_sink sink,
    void *context, unsigned *line, const char **reason)
{
    CMP_REG Reg = {.At = work, .Line = 1, .Sink = sink, .Context = context};
    int32_t Status = CM_REG_MALFORMED;

    Reg.End = Reg.At + CmpRegDecode(file, file_bytes, work);
    *line = 1;
    if (CmpRegTakeHeader(&Reg))
        Status = 0;
    while (Status == 0 && Reg.At != Reg.End) {
        *line = Reg.Line;
        Status = CmpRegTakeLine(&Reg, line);
    }
    *reason = Reg.Reason;
    return Status;
}

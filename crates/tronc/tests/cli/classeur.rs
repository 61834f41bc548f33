//! Workbooks made by hand, sound or hostile: an archive of texts, stored or compressed.

/// A part of an archive.
pub(crate) struct Part<'a> {
    name: &'a str,
    /// As it stands in the archive.
    packed: Vec<u8>,
    /// Bytes that the archive announces for it once decompressed.
    announced: u32,
    sum: u32,
    deflated: bool,
}

impl<'a> Part<'a> {
    fn stored(name: &'a str, text: &str) -> Self {
        let packed = text.as_bytes().to_vec();
        let announced = u32::try_from(packed.len()).unwrap();
        Self { name, sum: crc(&packed), packed, announced, deflated: false }
    }
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEETML: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

fn workbook(sheet: Part<'_>) -> Vec<u8> {
    let types = format!(
        r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>"#
    );
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let book = format!(
        r#"<workbook xmlns="{SHEETML}" xmlns:r="{RELATIONS}"><sheets><sheet name="Liste" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let inside = format!(
        r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    archive(&[
        Part::stored("[Content_Types].xml", &types),
        Part::stored("_rels/.rels", &root),
        Part::stored("xl/workbook.xml", &book),
        Part::stored("xl/_rels/workbook.xml.rels", &inside),
        sheet,
    ])
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A workbook of one sheet: the rows, and what follows them (merged cells), as XML.
pub(crate) fn of_rows(rows: &str, after: &str) -> Vec<u8> {
    let sheet = format!(r#"<worksheet xmlns="{SHEETML}"><sheetData>{rows}</sheetData>{after}</worksheet>"#);
    workbook(Part::stored(SHEET, &sheet))
}

/// A workbook whose sheet is `bytes` zeros once decompressed, and says that it is `announced`.
pub(crate) fn bomb(bytes: u32, announced: u32) -> Vec<u8> {
    workbook(Part { name: SHEET, packed: deflated_zeros(bytes), announced, sum: 0, deflated: true })
}

/// Zeros in one block of fixed codes (RFC 1951): a first one, then copies of it, 258 at a time.
fn deflated_zeros(bytes: u32) -> Vec<u8> {
    let mut stream = Vec::new();
    let (mut held, mut kept) = (0u64, 0u32);
    let mut push = |bits: u64, n: u32| {
        held |= bits << kept;
        kept += n;
        while kept >= 8 {
            stream.push(u8::try_from(held & 0xff).unwrap());
            held >>= 8;
            kept -= 8;
        }
    };
    // The last block, of fixed codes; then the literal 0, whose code is 00110000, most significant bit first.
    push(0b011, 3);
    push(0b0000_1100, 8);
    for _ in 0..bytes / 258 {
        // Length 258 is the code 11000101; the distance 1 is 00000.
        push(0b1010_0011, 8);
        push(0, 5);
    }
    // End of the block, then the rest of its last byte.
    push(0, 7);
    push(0, 7);
    stream
}

fn archive(parts: &[Part<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let at = u32::try_from(bytes.len()).unwrap();
        let mut common = Vec::new();
        let method: u16 = if part.deflated { 8 } else { 0 };
        for half in [20, 0x0800, method, 0, 0x21] {
            common.extend(half.to_le_bytes());
        }
        for word in [part.sum, u32::try_from(part.packed.len()).unwrap(), part.announced] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(part.name.len()).unwrap().to_le_bytes());
        common.extend(0u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(part.name.as_bytes());
        bytes.extend(&part.packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let at = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(parts.len()).unwrap();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}

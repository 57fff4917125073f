#pragma once

#include <QPlainTextEdit>
#include <QPushButton>
#include <QStringList>

namespace qcc {

/// Steps on a line, the first of them the one to take.
class Steps : public QWidget
{
    Q_OBJECT

public:
    explicit Steps(const QStringList &steps, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int widthOf(qsizetype step) const;

    const QStringList m_steps;
};

/// A field for what somebody has: pasted or dropped text is offered at once, what is typed with Enter. Files are left to the window.
class PasteField : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit PasteField(QWidget *parent = nullptr);

Q_SIGNALS:
    void offered(const QString &text);

protected:
    bool canInsertFromMimeData(const QMimeData *source) const override;
    void insertFromMimeData(const QMimeData *source) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
};

/// The box that a PasteField lies in.
class PasteBox : public QWidget
{
    Q_OBJECT

public:
    explicit PasteBox(PasteField *field, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    PasteField *m_field;
};

/// A step beside the primary one: words in the accent, without a box.
class LinkButton : public QPushButton
{
    Q_OBJECT

public:
    explicit LinkButton(const QString &text, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// What one program has: its endpoints by name, where they are from, and the button that takes them over.
class FoundRow : public QWidget
{
    Q_OBJECT

public:
    FoundRow(const QString &names, const QString &from, QWidget *parent = nullptr);

    QString names() const { return m_names; }
    QString from() const { return m_from; }
    QPushButton *button() const { return m_button; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const QString m_names;
    const QString m_from;
    QPushButton *m_button;
};

} // namespace qcc
